package dev.longstream.rewards;

import dev.longstream.record.Question;
import dev.longstream.record.RewardComponent;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Verdict;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Rule and judge as one reward. Arithmetic alone: whether a verdict is needed, and what the reward is with it. The judge
 * is asked only where it can change the reward, unless it is always asked.
 */
public final class HybridReward {
    static final String JUDGE = "judge";

    private final ScoringConfig config;
    private final Reward rule;
    private final @Nullable AskedJudge judge;
    private final Components components;

    /**
     * @param judge null: nobody is asked
     * @throws IllegalArgumentException if the reward depends on a judge and there is none
     */
    HybridReward(ScoringConfig config, Reward rule, @Nullable AskedJudge judge) {
        if (judge == null && config.reward().asksAJudge()) {
            throw new IllegalArgumentException(
                    "scoring.reward is " + config.reward() + ", which needs a judge, and there is none");
        }
        this.config = config;
        this.rule = rule;
        this.judge = judge;
        this.components = new Components(config.components(), config.thinkingExpected());
    }

    /**
     * The rules of a configuration, or its plug-in, and a judge.
     *
     * @param judge null: nobody is asked
     * @throws IllegalArgumentException if the reward depends on a judge and there is none
     */
    public static HybridReward of(ScoringConfig config, @Nullable AskedJudge judge) {
        return new HybridReward(config, Rewards.of(config), judge);
    }

    /**
     * An answer's reward as far as it is settled without asking.
     *
     * @param reward null: it waits for the verdict, or there is none to be had
     * @param components what is known of its parts
     * @param answer what the judge is to compare with the golds; null: nobody is asked
     * @param problem why there is no reward and never will be; null: nothing is wrong
     */
    public record Rating(
            @Nullable Double reward,
            List<RewardComponent> components,
            @Nullable String answer,
            @Nullable String problem) {}

    /**
     * The same with what is paid beside the answer.
     *
     * @param tokens of the completion
     */
    public Rating rate(Question question, String text, int tokens) {
        Rating answer = rate(question, text);
        List<RewardComponent> all = new ArrayList<>(answer.components());
        all.addAll(components.of(question, text, tokens));
        return new Rating(total(answer.reward(), all), all, answer.answer(), answer.problem());
    }

    private @Nullable Double total(@Nullable Double answer, List<RewardComponent> parts) {
        return answer == null ? null : (Double) components.total(answer, parts);
    }

    /** What the answer alone earns. */
    public Rating rate(Question question, String text) {
        RewardComponent byRule = rule.of(question, text);
        Double value = byRule.getValue();
        if (value == null && (config.reward() != RewardPolicy.JUDGE || cannotBeAsked(question))) {
            return new Rating(null, List.of(byRule), null, byRule.getReason());
        }
        if (judge == null) {
            return new Rating(value, List.of(byRule), null, null);
        }
        double known = value == null ? 0 : value; // the judge alone decides where the rule cannot read the gold
        Double settled = config.reward().of(known, null, config.judgeWeight());
        if (settled != null && !judge.always()) {
            return new Rating(settled, List.of(byRule), null, null);
        }
        String answer = judge.wholeText() ? text : byRule.getExtracted();
        if (answer == null || answer.isBlank()) {
            RewardComponent nothing = component(0.0, null, "nothing was stated that could be compared");
            return new Rating(
                    config.reward().of(known, 0.0, config.judgeWeight()), List.of(byRule, nothing), null, null);
        }
        return new Rating(null, List.of(byRule), answer, null);
    }

    private static boolean cannotBeAsked(Question question) {
        return question.getGolds().isEmpty();
    }

    /** The reward of an answer the judge was asked about; null: it depends on a verdict that is not there. */
    public @Nullable Double settle(Rating rating, @Nullable Double verdict) {
        double known = Objects.requireNonNullElse(rating.components().get(0).getValue(), 0.0);
        return config.reward().of(known, verdict, config.judgeWeight());
    }

    /** The score that waited, with what the judge said; without a verdict it has a reward only if that never mattered. */
    public ScoredTrajectory settle(ScoredTrajectory waiting, Verdict verdict) {
        RewardComponent byRule = waiting.getComponents().get(0);
        String reason = verdict.getScore() == null
                ? "no verdict: " + verdict.getFailure()
                : verdict.getJudge() + " said: " + verdict.getWords();
        List<RewardComponent> parts = new ArrayList<>(waiting.getComponents());
        parts.add(component(verdict.getScore(), byRule.getExtracted(), reason));
        double known = Objects.requireNonNullElse(byRule.getValue(), 0.0);
        return ScoredTrajectory.newBuilder(waiting)
                .setComponents(parts)
                .setReward(total(config.reward().of(known, verdict.getScore(), config.judgeWeight()), parts))
                .build();
    }

    private static RewardComponent component(@Nullable Double value, @Nullable String extracted, String reason) {
        return RewardComponent.newBuilder()
                .setName(JUDGE)
                .setValue(value)
                .setExtracted(extracted)
                .setReason(reason)
                .build();
    }
}
