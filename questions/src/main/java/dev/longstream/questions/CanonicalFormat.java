package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.stream.Collectors;

/** Reads Longstream's own layout, made for question sets that are written by hand or by a script. */
final class CanonicalFormat implements OneQuestionFormat {
    private static final List<String> SPLITS = List.of("train", "validation", "held-out");

    @Override
    public String name() {
        return "longstream";
    }

    @Override
    public String layout() {
        return "{id, question, documents: [text or {title, text}], answer or answers, kind, task?, options?: {A:"
                + " text}, split?, attributes?}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "question", "documents") && (object.has("answer") || object.has("answers"));
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        Map<String, String> options = strings(record, "options");
        String question = Fields.text(record, "question");
        return new ImportedPrompt(
                Fields.text(record, "id"),
                record.hasNonNull("task") ? Fields.text(record, "task") : place.stem(),
                kind(Fields.text(record, "kind")),
                question.isBlank() ? question : withOptions(question, options),
                Fields.texts(record, record.has("answers") ? "answers" : "answer"),
                options,
                documents(record.path("documents")),
                attributes(record),
                place.source());
    }

    private static AnswerKind kind(String written) throws RefusedException {
        String name = written.strip().toUpperCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
        List<AnswerKind> known = Arrays.stream(AnswerKind.values())
                .filter(kind -> kind != AnswerKind.UNKNOWN)
                .toList();
        for (AnswerKind kind : known) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        throw new RefusedException("unknown kind \"" + written + "\", expected one of "
                + known.stream()
                        .map(kind -> kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .collect(Collectors.joining(", ")));
    }

    /** Appends the options to a question that does not contain all of them, so that the policy reads them. */
    private static String withOptions(String question, Map<String, String> options) {
        boolean contained = options.values().stream().allMatch(question::contains);
        return contained ? question : Options.below(question, options);
    }

    private static List<DocumentText> documents(JsonNode documents) throws RefusedException {
        List<DocumentText> texts = new ArrayList<>();
        for (JsonNode document : documents.isArray() ? documents : List.of(documents)) {
            if (document.isTextual()) {
                texts.add(new DocumentText("", document.textValue()));
            } else if (document.isObject()) {
                String title = document.hasNonNull("title") ? Fields.text(document, "title") : "";
                texts.add(new DocumentText(title, Fields.text(document, "text")));
            } else {
                throw new RefusedException(
                        "a document is " + document.getNodeType() + ", expected text or {title, text}");
            }
        }
        return texts;
    }

    private static Map<String, String> attributes(JsonNode record) throws RefusedException {
        Map<String, String> attributes = strings(record, "attributes");
        if (record.hasNonNull("split")) {
            String split = Fields.text(record, "split");
            if (!SPLITS.contains(split)) {
                throw new RefusedException(
                        "unknown split \"" + split + "\", expected one of " + String.join(", ", SPLITS));
            }
            attributes.put(ImportedPrompt.SPLIT, split);
        }
        return attributes;
    }

    private static Map<String, String> strings(JsonNode record, String name) throws RefusedException {
        Map<String, String> strings = new LinkedHashMap<>();
        JsonNode object = record.path(name);
        if (!object.isObject() && !object.isMissingNode() && !object.isNull()) {
            throw new RefusedException(name + " is " + object.getNodeType() + ", expected an object of texts");
        }
        for (Entry<String, JsonNode> field : object.properties()) {
            if (!field.getValue().isValueNode()) {
                throw new RefusedException(
                        name + "." + field.getKey() + " is " + field.getValue().getNodeType() + ", expected text");
            }
            strings.put(field.getKey(), field.getValue().asText());
        }
        return strings;
    }
}
