package dev.longstream.benchmarks.simulation;

import dev.longstream.config.Problems;

import java.util.SplittableRandom;

/**
 * Distribution of the lengths of answers: log-normal with a limit. An answer's length depends on the seed and its place only, so
 * every policy of scheduling meets the same answers.
 *
 * @param medianTokens median length in tokens
 * @param tail 99th percentile divided by the median
 * @param maxTokens limit in tokens; longer answers end there
 * @param promptShare fraction of the variance of a length's logarithm that the prompt decides; the rest differs among a prompt's
 *     answers
 */
public record AnswerTail(int medianTokens, double tail, int maxTokens, double promptShare) {
    /**
     * Reasoning on mathematics, as published: a 99th percentile of 10 medians (Laminar, arXiv:2510.12633), longest answers of 20
     * medians (ROLL Flash, arXiv:2510.11345), and a limit of 28,672 tokens (verl's documentation of fully asynchronous training,
     * Qwen2.5-Math-7B), which makes a median of 1,434 tokens. The log-normal shape and the prompt's share of one half are
     * assumptions.
     */
    public static final AnswerTail PUBLISHED = new AnswerTail(1434, 10, 28_672, 0.5);

    /** 99th percentile of the standard normal distribution. */
    private static final double NORMAL_99 = 2.3263478740408408;

    private static final long PROMPT = -1;

    public AnswerTail {
        new Problems("bench schedule")
                .require(medianTokens >= 1, "--median is %d tokens, must be at least 1", medianTokens)
                .require(tail >= 1 && Double.isFinite(tail), "--tail is %s, must be at least 1", tail)
                .require(
                        maxTokens >= medianTokens,
                        "--max-tokens is %d, must be at least the median, %d",
                        maxTokens,
                        medianTokens)
                .require(
                        promptShare >= 0 && promptShare <= 1,
                        "--prompt-share is %s, must be between 0 and 1",
                        promptShare)
                .throwIfAny();
    }

    /** Returns the lengths in tokens of the answers of one group. */
    int[] lengths(long seed, long ordinal, int answers) {
        double deviation = Math.log(tail) / NORMAL_99;
        double ofPrompt = normal(seed, ordinal, PROMPT) * Math.sqrt(promptShare);
        int[] lengths = new int[answers];
        for (int answer = 0; answer < answers; answer++) {
            double ofAnswer = normal(seed, ordinal, answer) * Math.sqrt(1 - promptShare);
            double tokens = medianTokens * Math.exp(deviation * (ofPrompt + ofAnswer));
            lengths[answer] = (int) Math.max(1, Math.min(maxTokens, Math.round(tokens)));
        }
        return lengths;
    }

    private static double normal(long seed, long ordinal, long index) {
        return random(seed, ordinal, index).nextGaussian();
    }

    /** Returns the random numbers of one answer of a group, or of the group itself (index −1). */
    static SplittableRandom random(long seed, long ordinal, long index) {
        // A generator whose seed is drawn from another one has no visible relation to its neighbours.
        long ofGroup = new SplittableRandom(seed ^ (ordinal << 20)).nextLong();
        return new SplittableRandom(new SplittableRandom(ofGroup ^ index).nextLong());
    }
}
