package dev.longstream.evaluation;

import dev.longstream.config.Problems;

import java.util.List;

/**
 * Settings for sampling and scoring held-out answers.
 *
 * @param temperature sampling temperature; 0 takes the most likely token, so that an evaluation has no randomness
 * @param topP nucleus sampling threshold in (0, 1]; 1 disables it
 * @param maxTokens length limit of an answer in tokens
 * @param lengths upper bounds of the report's prompt-length buckets in tokens, ascending; longer prompts form a last bucket
 * @param every gradient steps between evaluations during training, in addition to the one at the end of each phase; 0
 *     evaluates at the ends of phases only. Sampling and training continue meanwhile, and evaluated checkpoints are not
 *     deleted
 * @param profile rules that compare an answer with the golds
 * @param reward which scorer decides a held-out reward, independent of the reward used for training
 */
public record EvaluationConfig(
        float temperature,
        float topP,
        int maxTokens,
        List<Integer> lengths,
        int every,
        EvaluationProfile profile,
        HeldOutReward reward) {
    /** Greedy sampling, at most 32 tokens per answer, scored by the rule at the ends of phases. */
    public static final EvaluationConfig DEFAULT =
            new EvaluationConfig(0, 1, 32, List.of(96, 192, 384), 0, EvaluationProfile.OWN, HeldOutReward.RULE);

    /** Checks every setting and reports all faults in one exception. */
    public EvaluationConfig {
        lengths = List.copyOf(lengths);
        new Problems("evaluation")
                .require(temperature >= 0, "temperature is %s, must not be negative", temperature)
                .require(topP > 0 && topP <= 1, "top-p is %s, must be in (0, 1]", topP)
                .require(maxTokens >= 1, "max-tokens is %d, must be at least 1", maxTokens)
                .require(
                        lengths.stream().sorted().distinct().toList().equals(lengths),
                        "lengths is %s, must be in ascending order without repetition",
                        lengths)
                .require(profile != null, "profile is missing, expected own or qwenlong-l1")
                .require(reward != null, "reward is missing, expected one of rule, judge, max")
                .require(
                        every >= 0,
                        "every is %d gradient steps, must not be negative; 0 evaluates at the ends of phases only",
                        every)
                .throwIfAny();
    }
}
