package dev.longstream.judging;

import org.jspecify.annotations.Nullable;

/**
 * The result of judging one answer: a score, or the reason why there is none.
 *
 * @param score 1 for equivalent, 0 for not equivalent; null for no verdict, which is never a 0
 * @param failure reason why there is no verdict; null if there is one
 * @param words the judge's last reply; empty if it never replied
 * @param inputTokens input tokens of all attempts, as counted by the judge
 * @param outputTokens output tokens of all attempts, as counted by the judge
 * @param attempts number of requests
 */
public record Judgement(
        @Nullable Double score,
        @Nullable String failure,
        String words,
        long inputTokens,
        long outputTokens,
        int attempts) {}
