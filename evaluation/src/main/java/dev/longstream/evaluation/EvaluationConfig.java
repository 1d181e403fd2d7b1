package dev.longstream.evaluation;

import dev.longstream.config.Problems;

import java.util.List;

/**
 * How held-out answers are drawn and reported.
 *
 * @param temperature 0: the most likely token, so that an evaluation has no randomness of its own
 * @param topP smallest share of probability that tokens are drawn from, the likeliest first; 1: all tokens
 * @param maxTokens length limit of an answer
 * @param lengths upper bounds of the input-length buckets of the report, rising; longer inputs make a last bucket
 * @param every gradient steps from one evaluation in training to the next, beside those at the ends of phases; 0: these alone.
 *     Sampling and training go on meanwhile; the checkpoints that are evaluated are kept
 * @param reward whose word the reward is, whatever training goes by
 */
public record EvaluationConfig(
        float temperature, float topP, int maxTokens, List<Integer> lengths, int every, HeldOutReward reward) {
    public static final EvaluationConfig DEFAULT =
            new EvaluationConfig(0, 1, 32, List.of(96, 192, 384), 0, HeldOutReward.RULE);

    public EvaluationConfig {
        lengths = List.copyOf(lengths);
        new Problems("evaluation")
                .require(temperature >= 0, "temperature is %s, must not be negative", temperature)
                .require(topP > 0 && topP <= 1, "top-p is %s, must be in (0, 1]", topP)
                .require(maxTokens >= 1, "max-tokens is %d, must be at least 1", maxTokens)
                .require(
                        lengths.stream().sorted().distinct().toList().equals(lengths),
                        "lengths is %s, must rise from bucket to bucket",
                        lengths)
                .require(reward != null, "reward is missing, expected one of rule, judge, max")
                .require(
                        every >= 0,
                        "every is %d gradient steps, must not be negative; 0 is never between phases",
                        every)
                .throwIfAny();
    }
}
