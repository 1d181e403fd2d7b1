package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.List;
import java.util.Map;

/**
 * Reads DocQA-RL-1.6K, the training set of QwenLong-L1, whose prompts are rendered already and whose golds are
 * sentences. The text and the question are extracted, so that {@link PromptTemplate} renders them; the gold is what
 * follows the sentence's lead-in.
 */
final class DocQaRlFormat implements OneQuestionFormat {
    private static final String TEXT_BEGINS = "<text>\n";
    private static final String TEXT_ENDS = "\n</text>";
    private static final String FORM = "Format your response as follows:";
    private static final String LETTER = "The correct answer is ";
    private static final String ANSWER = "Therefore, the answer is ";

    @Override
    public String name() {
        return "docqa-rl";
    }

    @Override
    public String layout() {
        return "{data_source, prompt: [{role, content}], ability, reward_model: {ground_truth}, extra_info: {index,"
                + " input_question?}}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "data_source", "prompt", "reward_model", "extra_info");
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        String content = content(record.path("prompt"));
        int text = content.indexOf(TEXT_BEGINS);
        int end = content.lastIndexOf(TEXT_ENDS);
        if (text < 0 || end < text) {
            throw new RefusedException("the prompt has no text between <text> and </text>");
        }
        AnswerKind kind = kind(Fields.text(record, "ability"));
        String question = question(record.path("extra_info"), content.substring(end + TEXT_ENDS.length()));
        String source = Fields.text(record, "data_source");
        return new ImportedPrompt(
                name() + "-" + source + "-" + Fields.text(record.path("extra_info"), "index"),
                source,
                kind,
                question,
                List.of(gold(Fields.text(record.path("reward_model"), "ground_truth"), kind)),
                kind == AnswerKind.MULTIPLE_CHOICE ? Options.inside(question) : Map.of(),
                List.of(new DocumentText(
                        "", content.substring(text + TEXT_BEGINS.length(), end).strip())),
                Map.of("ability", Fields.text(record, "ability")),
                place.source());
    }

    /** Returns the message with the text; a system message may come before it. */
    private static String content(JsonNode messages) throws RefusedException {
        for (JsonNode message : messages) {
            if (message.path("content").asText().contains(TEXT_BEGINS)) {
                return Fields.text(message, "content");
            }
        }
        return Fields.text(messages.path(0), "content");
    }

    private static AnswerKind kind(String ability) throws RefusedException {
        return switch (ability) {
            case "doc-mc" -> AnswerKind.MULTIPLE_CHOICE;
            case "doc-math" -> AnswerKind.NUMBER;
            case "doc-qa" -> AnswerKind.SHORT_ANSWER;
            default ->
                throw new RefusedException("unknown ability \"" + ability + "\", expected doc-mc, doc-math or doc-qa");
        };
    }

    private static String question(JsonNode info, String afterText) throws RefusedException {
        if (info.hasNonNull("input_question")) {
            return Fields.text(info, "input_question").strip();
        }
        int form = afterText.indexOf(FORM);
        return (form < 0 ? afterText : afterText.substring(0, form)).strip();
    }

    private static String gold(String sentence, AnswerKind kind) {
        String lead = kind == AnswerKind.MULTIPLE_CHOICE ? LETTER : ANSWER;
        int from = sentence.indexOf(lead);
        String gold = from < 0
                ? sentence.strip()
                : sentence.substring(from + lead.length()).strip();
        return gold.endsWith(".") ? gold.substring(0, gold.length() - 1).strip() : gold;
    }
}
