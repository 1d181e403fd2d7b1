package dev.longstream.rewards;

import dev.longstream.config.Problems;
import dev.longstream.rewards.rules.ComponentSettings;
import dev.longstream.rewards.rules.NumberSettings;
import dev.longstream.rewards.rules.RuleProfile;
import dev.longstream.rewards.rules.RuleRewards;
import dev.longstream.rewards.rules.SetMeasure;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the comparison of answers with their golds, which are the reference answers.
 *
 * @param thinkingExpected whether the chat template opens a thought; an output that never closes it was cut off inside
 *     it
 * @param profile which set of rules compares: this project's, the QwenLong-L1 paper's, or that of its released code
 * @param number when a number counts as equal to the gold; null for the released code's rules, which have no settings
 * @param plugIn a plug-in that takes the place of the rules; null: none
 * @param reward how the rule's score and the judge's score become the reward
 * @param judgeWeight w of {@link RewardPolicy#WEIGHTED}, the judge's share; other policies ignore it
 * @param components rewards and penalties added to the answer's
 * @param sets measure of answers that are sets, in any order: {@code exact} pays 1 or 0; {@code precision} pays the share of
 *     the stated members that are right, {@code recall} the share of the right ones that are stated, {@code f1} their
 *     harmonic mean
 */
public record ScoringConfig(
        boolean thinkingExpected,
        RuleProfile profile,
        @Nullable NumberSettings number,
        @Nullable PlugIn plugIn,
        RewardPolicy reward,
        double judgeWeight,
        ComponentSettings components,
        SetMeasure sets) {
    /** This project's rules, without a judge and without further components. */
    public static final ScoringConfig DEFAULT = of(RewardPolicy.RULE, 0.5);

    public ScoringConfig {
        new Problems("scoring")
                .require(
                        profile != null,
                        "profile is missing, expected one of default, paper, qwenlong-l1-compat, qwenlong-l1-eval")
                .require(
                        profile == null || number == null || profile.numbers() != null,
                        "number has keys, but profiles qwenlong-l1-compat and -eval compare numbers as the released code does,"
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
                .require(sets != null, "sets is missing, expected one of exact, precision, recall, f1")
                .throwIfAny();
    }

    /** Creates a configuration with this project's rules. */
    public static ScoringConfig of(RewardPolicy reward, double judgeWeight) {
        return new ScoringConfig(
                false,
                RuleProfile.DEFAULT,
                NumberSettings.DEFAULT,
                null,
                reward,
                judgeWeight,
                ComponentSettings.DEFAULT,
                SetMeasure.EXACT);
    }

    /** Returns a copy for a chat template that opens a thought, or for one that does not. */
    public ScoringConfig withThinkingExpected(boolean expected) {
        return new ScoringConfig(expected, profile, number, plugIn, reward, judgeWeight, components, sets);
    }

    /** Returns a copy with other rules, with the number settings of their profile and without a plug-in. */
    public ScoringConfig withProfile(RuleProfile other) {
        return new ScoringConfig(thinkingExpected, other, other.numbers(), null, reward, judgeWeight, components, sets);
    }

    /** Returns a copy with another reward policy. */
    public ScoringConfig withReward(RewardPolicy policy) {
        return new ScoringConfig(thinkingExpected, profile, number, plugIn, policy, judgeWeight, components, sets);
    }

    /** Returns the rules of the profile, by kind of answer. */
    public RuleRewards rules() {
        return new RuleRewards(profile, number, sets);
    }
}
