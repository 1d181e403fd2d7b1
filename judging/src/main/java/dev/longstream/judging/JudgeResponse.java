package dev.longstream.judging;

import org.jspecify.annotations.Nullable;

/**
 * What a judge was understood to say.
 *
 * @param value null: nothing that was understood
 * @param failure why there is no value; null where there is one
 * @param words the judge's last reply; empty: it never replied
 * @param inputTokens over all attempts, as the judge counts them
 * @param outputTokens over all attempts
 * @param attempts requests made
 */
public record JudgeResponse<T>(
        @Nullable T value, @Nullable String failure, String words, long inputTokens, long outputTokens, int attempts) {}
