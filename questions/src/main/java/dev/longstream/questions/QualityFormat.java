package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.record.AnswerKind;
import org.apache.commons.text.StringEscapeUtils;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads QuALITY: multiple choice with four options over a story, labels from 1. It knows the published layout, with a
 * list of questions, and an earlier one, with numbered fields. The HTML of a story is reduced to its text. Rows of the
 * unlabelled test file are refused.
 */
final class QualityFormat implements PromptFormat {
    private static final Pattern UNSEEN = Pattern.compile("<(head|style|script)[^>]*>.*?</\\1>", Pattern.DOTALL);
    private static final Pattern BREAK = Pattern.compile("</?(?:p|div|h[1-6]|br|hr|tr|li|blockquote)\\b[^>]*>");
    private static final Pattern TAG = Pattern.compile("<[!?/a-zA-Z][^>]*>");
    private static final int OPTIONS = 4;

    @Override
    public String name() {
        return "quality";
    }

    @Override
    public String layout() {
        return "{article_id, article, questions: [{question, options: [text], gold_label: 1 to 4}]}"
                + " or {article_id, article: [line], question1, question1option1 …, question1_gold_label, …}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "article_id", "article") && (object.has("questions") || object.has("question1"));
    }

    @Override
    public List<Unread> questions(JsonNode record, SourcePlace place) {
        List<Unread> unread = new ArrayList<>();
        JsonNode questions = record.has("questions") ? record.path("questions") : numbered(record);
        int number = 0;
        for (JsonNode question : questions) {
            int own = ++number;
            unread.add(() -> prompt(question, own, record, place));
        }
        return unread;
    }

    private static JsonNode numbered(JsonNode record) {
        ArrayNode questions = JsonNodeFactory.instance.arrayNode();
        for (int n = 1; record.has("question" + n); n++) {
            ObjectNode question = questions.addObject();
            question.set("question", record.path("question" + n));
            question.set("gold_label", record.path("question" + n + "_gold_label"));
            for (int option = 1; record.has("question" + n + "option" + option); option++) {
                question.withArray("options").add(record.path("question" + n + "option" + option));
            }
        }
        return questions;
    }

    private ImportedPrompt prompt(JsonNode question, int number, JsonNode record, SourcePlace place)
            throws RefusedException {
        String id = question.hasNonNull("question_unique_id")
                ? Fields.text(question, "question_unique_id")
                : Fields.text(record, record.has("set_unique_id") ? "set_unique_id" : "unique_id") + "_" + number;
        List<String> texts = question.has("options") ? Fields.texts(question, "options") : List.of();
        int label = question.path("gold_label").asInt();
        if (texts.size() != OPTIONS || label < 1 || label > OPTIONS) {
            throw new RefusedException("question " + id + " has " + texts.size() + " options and the gold_label "
                    + question.path("gold_label") + ", expected four options and a label from 1 to 4");
        }
        Map<String, String> options = Options.listed(texts);
        return new ImportedPrompt(
                name() + "-" + id,
                name(),
                AnswerKind.MULTIPLE_CHOICE,
                Options.below(Fields.text(question, "question").strip(), options),
                List.of(Options.letter(label - 1)),
                options,
                List.of(new DocumentText(
                        record.path("title").asText("").strip(),
                        words(String.join("", Fields.texts(record, "article"))))),
                Fields.attributes(question, "difficult"),
                place.source());
    }

    private static String words(String html) {
        String text = BREAK.matcher(UNSEEN.matcher(html).replaceAll("")).replaceAll("\n");
        return StringEscapeUtils.unescapeHtml4(TAG.matcher(text).replaceAll(""))
                .replaceAll("[ \\t\\x0B\\f\\r\\u00a0]+", " ")
                .replaceAll(" ?\\n ?", "\n")
                .replaceAll("\\n{3,}", "\n\n")
                .strip();
    }
}
