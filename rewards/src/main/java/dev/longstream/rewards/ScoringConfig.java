package dev.longstream.rewards;

import dev.longstream.config.Problems;
import dev.longstream.rewards.rules.ComponentSettings;
import dev.longstream.rewards.rules.NumberSettings;
import dev.longstream.rewards.rules.RuleProfile;
import dev.longstream.rewards.rules.RuleRewards;
import org.jspecify.annotations.Nullable;

/**
 * How answers are compared with their golds.
 *
 * @param thinkingExpected whether the chat template opens a thought, so that an answer that does not close it was cut inside it
 * @param profile whose rules compare: ours, the paper's, or those of its released code
 * @param number when a stated number is the gold's; null for the released code's rules, which have no settings
 * @param plugIn a reward of somebody else's in place of the rules; null: none
 * @param reward how the rule's word and the judge's become the reward
 * @param judgeWeight w of {@link RewardPolicy#WEIGHTED}, the judge's share; of no meaning to the others
 * @param components what is paid beside the answer
 */
public record ScoringConfig(
        boolean thinkingExpected,
        RuleProfile profile,
        @Nullable NumberSettings number,
        @Nullable PlugIn plugIn,
        RewardPolicy reward,
        double judgeWeight,
        ComponentSettings components) {
    public static final ScoringConfig DEFAULT = of(RewardPolicy.RULE, 0.5);

    public ScoringConfig {
        new Problems("scoring")
                .require(profile != null, "profile is missing, expected one of default, paper, qwenlong-l1-compat")
                .require(
                        profile == null || number == null || profile.numbers() != null,
                        "number has keys, but profile qwenlong-l1-compat compares numbers as the released code does,"
                                + " which has no settings")
                .require(
                        profile == null || number != null || profile.numbers() == null,
                        "number is missing, expected keys with values")
                .require(reward != null, "reward is missing, expected one of rule, judge, max, min, mean, weighted")
                .require(
                        judgeWeight > 0 && judgeWeight < 1,
                        "judge-weight is %s, must be in (0, 1); rule and judge alone are rewards of their own",
                        judgeWeight)
                .require(components != null, "components is missing, expected keys with values")
                .throwIfAny();
    }

    /** Our own rules. */
    public static ScoringConfig of(RewardPolicy reward, double judgeWeight) {
        return new ScoringConfig(
                false,
                RuleProfile.DEFAULT,
                NumberSettings.DEFAULT,
                null,
                reward,
                judgeWeight,
                ComponentSettings.DEFAULT);
    }

    /** The same for a chat template that opens a thought, or for one that does not. */
    public ScoringConfig withThinkingExpected(boolean expected) {
        return new ScoringConfig(expected, profile, number, plugIn, reward, judgeWeight, components);
    }

    /** The same rules for another reward. */
    public ScoringConfig withReward(RewardPolicy policy) {
        return new ScoringConfig(thinkingExpected, profile, number, plugIn, policy, judgeWeight, components);
    }

    /** The rules by kind of answer. */
    public RuleRewards rules() {
        return new RuleRewards(profile, number);
    }
}
