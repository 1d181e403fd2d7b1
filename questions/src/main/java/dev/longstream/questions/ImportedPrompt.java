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
 * A question with its documents as read or generated, before tokens are counted.
 *
 * @param id unique among the prompts of a run
 * @param task name of the set it belongs to
 * @param kind how an answer is compared with the golds
 * @param question options included where there are any
 * @param golds accepted answers, bare values; never empty
 * @param options multiple choice: letter to the option's text, in their order; empty: letters only
 * @param documents in reading order
 * @param attributes what the source says beside: hops, difficulty, evidence
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
    /** The attribute that says which split a row belongs to: train or held-out. */
    public static final String SPLIT = "split";
    /** The attribute that names the passages which hold the answer: their ids, by commas or blanks. */
    public static final String EVIDENCE = "evidence";

    public ImportedPrompt {
        golds = List.copyOf(golds);
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options)); // Map.copyOf forgets their order
        documents = List.copyOf(documents);
        attributes = Map.copyOf(attributes);
    }

    /**
     * As the log's records have it, without the documents.
     *
     * @param inputTokens of the whole rendered prompt
     * @param contentTokens of question and documents alone; null where nobody asked
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

    /** Whether it may be used for a split: always, unless its row says that it belongs to the other one. */
    public boolean isFor(String split) {
        return attributes.getOrDefault(SPLIT, split).equals(split);
    }
}
