package dev.longstream.judging;

import org.jspecify.annotations.Nullable;

/**
 * A value parsed from a judge's reply, or the reason why there is none.
 *
 * @param <T> type of the value
 * @param value the parsed value; null if there is none
 * @param failure reason why there is no value; null if there is one
 * @param words the judge's last reply; empty if it never replied
 * @param inputTokens input tokens of all attempts, as counted by the judge
 * @param outputTokens output tokens of all attempts, as counted by the judge
 * @param attempts number of requests
 */
public record JudgeResponse<T>(
        @Nullable T value, @Nullable String failure, String words, long inputTokens, long outputTokens, int attempts) {}
