package dev.longstream.judging;

import org.jspecify.annotations.Nullable;

/**
 * What came of asking.
 *
 * @param score 1 equivalent, 0 not; null: no verdict, which is never a 0
 * @param failure why there is no verdict; null where there is one
 * @param words the judge's last reply; empty: it never replied
 * @param inputTokens over all attempts, as the judge counts them
 * @param outputTokens over all attempts
 * @param attempts requests made
 */
public record Judgement(
        @Nullable Double score,
        @Nullable String failure,
        String words,
        long inputTokens,
        long outputTokens,
        int attempts) {}
