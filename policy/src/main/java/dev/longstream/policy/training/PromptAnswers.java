package dev.longstream.policy.training;

import java.util.List;

/**
 * One prompt and the answers given to it. The prompt is computed once for all of them; an answer sees the prompt and
 * itself, and its positions continue after the prompt.
 *
 * @param prompt  token ids, at least one
 * @param answers token ids of each answer; an answer may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record PromptAnswers(int[] prompt, List<int[]> answers) {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if the prompt is empty
     */
    public PromptAnswers {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("a prompt is empty, expected at least one token");
        }
        answers = List.copyOf(answers);
    }
}
