package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Reads Qasper as published: one object, paper id to paper. The answers of all annotators are golds. An annotator fills
 * one of four fields; {@code yes_no: false} is the answer "No", {@code yes_no: null} is an empty field.
 */
final class QasperFormat implements PromptFormat {
    private static final int ID_DIGITS = 8;

    @Override
    public String name() {
        return "qasper";
    }

    @Override
    public String layout() {
        return "{<paper id>: {title, abstract, full_text: [{section_name, paragraphs: [text]}],"
                + " qas: [{question, question_id, answers: [{answer: {unanswerable, yes_no, free_form_answer,"
                + " extractive_spans}}]}]}}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return object.isObject()
                && !object.isEmpty()
                && Fields.has(object.elements().next(), "title", "abstract", "full_text", "qas");
    }

    @Override
    public List<Unread> questions(JsonNode record, SourcePlace place) {
        List<Unread> questions = new ArrayList<>();
        for (Entry<String, JsonNode> paper : record.properties()) {
            List<DocumentText> text = List.of(
                    new DocumentText(paper.getValue().path("title").asText("").strip(), text(paper.getValue())));
            for (JsonNode question : paper.getValue().path("qas")) {
                questions.add(() -> prompt(question, paper.getKey(), text, place));
            }
        }
        return questions;
    }

    private ImportedPrompt prompt(JsonNode question, String paper, List<DocumentText> text, SourcePlace place)
            throws RefusedException {
        String id = Fields.text(question, "question_id");
        Set<String> golds = new LinkedHashSet<>();
        for (JsonNode answer : question.path("answers")) {
            golds.add(gold(answer.path("answer"), id));
        }
        List<String> accepted = Fields.golds(List.copyOf(golds));
        AnswerKind kind = accepted.isEmpty() ? AnswerKind.FREE_TEXT : Golds.freeTextKind(accepted);
        String words = Fields.text(question, "question").strip();
        return new ImportedPrompt(
                // The id needs the digest: in the publisher's own sample several questions share an id.
                name() + "-" + id + "-" + Digests.of(List.of(words)).substring(0, ID_DIGITS),
                name(),
                kind,
                words,
                accepted,
                Map.of(),
                text,
                Map.of("paper", paper),
                place.source());
    }

    private static String gold(JsonNode answer, String id) throws RefusedException {
        if (answer.path("unanswerable").asBoolean()) {
            return "Unanswerable";
        }
        if (answer.path("yes_no").isBoolean()) {
            return answer.path("yes_no").asBoolean() ? "Yes" : "No";
        }
        String free = answer.path("free_form_answer").asText("").strip();
        if (!free.isEmpty()) {
            return free;
        }
        StringJoiner spans = new StringJoiner(", ");
        answer.path("extractive_spans").forEach(span -> spans.add(span.asText().strip()));
        if (spans.length() == 0) {
            throw new RefusedException("question " + id
                    + " has an answer with none of unanswerable, yes_no, free_form_answer and extractive_spans");
        }
        return spans.toString();
    }

    private static String text(JsonNode paper) {
        StringJoiner text = new StringJoiner("\n\n");
        add(text, paper.path("abstract"));
        for (JsonNode section : paper.path("full_text")) {
            add(text, section.path("section_name"));
            section.path("paragraphs").forEach(paragraph -> add(text, paragraph));
        }
        return text.toString();
    }

    private static void add(StringJoiner text, JsonNode part) {
        String words = part.isTextual() ? part.textValue().strip() : "";
        if (!words.isEmpty()) {
            text.add(words);
        }
    }
}
