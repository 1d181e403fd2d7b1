package dev.longstream.judging;

import dev.longstream.record.Verdict;
import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * The result of judging one answer: a score, or the reason why there is none.
 *
 * @param score 1 for equivalent, 0 for not equivalent; null for no verdict, which is never a 0
 * @param failure reason why there is no verdict; null if there is one
 * @param words the judge's last reply; empty if it never replied
 * @param inputTokens input tokens of all attempts, as counted by the judge
 * @param outputTokens output tokens of all attempts, as counted by the judge
 * @param attempts number of requests
 * @param milliseconds time from the first request to the last reply, pauses between requests included
 */
public record Judgement(
        @Nullable Double score,
        @Nullable String failure,
        String words,
        long inputTokens,
        long outputTokens,
        int attempts,
        long milliseconds) {
    /** Longest part of a reply that a verdict quotes, in characters. */
    static final int MAX_WORDS = 4_000;

    /**
     * Returns the record of this judgement.
     *
     * @param key digest of the request, hexadecimal
     * @param judge name of the judge's model
     * @param rubricDigest digest of the rubric that the judge was sent
     */
    public Verdict toVerdict(String key, String judge, String rubricDigest, Instant answeredAt) {
        return Verdict.newBuilder()
                .setKey(key)
                .setScore(score)
                .setFailure(failure)
                .setWords(words.length() <= MAX_WORDS ? words : words.substring(0, MAX_WORDS) + "…")
                .setJudge(judge)
                .setRubricDigest(rubricDigest)
                .setInputTokens(inputTokens)
                .setOutputTokens(outputTokens)
                .setAttempts(attempts)
                .setAnsweredAt(answeredAt)
                .setMilliseconds(milliseconds)
                .build();
    }
}
