package dev.longstream.questions;

import dev.longstream.record.AnswerKind;
import dev.longstream.record.Question;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A question with its documents and golds, read from a file or generated; its tokens are not counted yet.
 *
 * @param id unique among the prompts of a run
 * @param task name of the data set
 * @param kind rule that compares an answer with the golds
 * @param question the question, with its options if it has any
 * @param golds accepted answers, without the template's lead-in; never empty
 * @param options options of a multiple choice, letter to text, in order; empty if only the letters are known
 * @param documents documents in reading order
 * @param attributes further facts of the source, e.g. hops, difficulty, evidence; name to value
 * @param source file and line, or generator and seed
 */
public record ImportedPrompt(
        String id,
        String task,
        AnswerKind kind,
        String question,
        List<String> golds,
        Map<String, String> options,
        List<DocumentText> documents,
        Map<String, String> attributes,
        String source) {
    /** Name of the attribute with the row's split: {@code train} or {@code held-out}. */
    public static final String SPLIT = "split";
    /** Name of the attribute with the ids of the passages that contain the answer, separated by commas or blanks. */
    public static final String EVIDENCE = "evidence";

    /** Copies the collections; options keep their order. */
    public ImportedPrompt {
        golds = List.copyOf(golds);
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options)); // Map.copyOf forgets their order
        documents = List.copyOf(documents);
        attributes = Map.copyOf(attributes);
    }

    /**
     * Converts to the log's record, which does not contain the documents.
     *
     * @param inputTokens tokens of the whole rendered prompt
     * @param contentTokens tokens of question and documents alone; null if they were not counted
     */
    public Question toQuestion(int inputTokens, @Nullable Integer contentTokens) {
        return Question.newBuilder()
                .setPromptId(id)
                .setTask(task)
                .setKind(kind)
                .setQuestion(question)
                .setGolds(golds)
                .setOptions(options.isEmpty() ? null : options)
                .setInputTokens(inputTokens)
                .setContentTokens(contentTokens)
                .setEvidence(evidence())
                .build();
    }

    private @Nullable List<String> evidence() {
        List<String> ids = Arrays.stream(attributes.getOrDefault(EVIDENCE, "").split("[\\s,;]+"))
                .filter(id -> !id.isBlank())
                .toList();
        return ids.isEmpty() ? null : ids;
    }

    /** Tells whether the prompt may be used for {@code split}; false only if its row names another split. */
    public boolean isFor(String split) {
        return attributes.getOrDefault(SPLIT, split).equals(split);
    }
}
