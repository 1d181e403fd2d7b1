package dev.longstream.streams.scoring;

import dev.longstream.config.Problems;

/**
 * How answers are compared with their golds.
 *
 * @param thinkingExpected whether the chat template opens a thought, so that an answer that does not close it was cut inside it
 * @param reward how the rule's word and the judge's become the reward
 * @param judgeWeight w of {@link RewardPolicy#WEIGHTED}, the judge's share; of no meaning to the others
 */
public record ScoringConfig(boolean thinkingExpected, RewardPolicy reward, double judgeWeight) {
    public static final ScoringConfig DEFAULT = new ScoringConfig(false, RewardPolicy.RULE, 0.5);

    public ScoringConfig {
        new Problems("scoring")
                .require(reward != null, "reward is missing, expected one of rule, judge, max, min, mean, weighted")
                .require(
                        judgeWeight > 0 && judgeWeight < 1,
                        "judge-weight is %s, must be in (0, 1); rule and judge alone are rewards of their own",
                        judgeWeight)
                .throwIfAny();
    }

    /** The same for a chat template that opens a thought, or for one that does not. */
    public ScoringConfig withThinkingExpected(boolean expected) {
        return new ScoringConfig(expected, reward, judgeWeight);
    }
}
