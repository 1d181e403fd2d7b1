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

    /** An answer's reward as far as it is settled without asking the judge. */
    public sealed interface Rating {
        /** The parts of the reward that are known; the first is the rule's. */
        List<RewardComponent> components();

        /** The reward, where it is settled; null elsewhere. */
        default @Nullable Double settledReward() {
            return this instanceof SettledRating settled ? (Double) settled.reward() : null;
        }
    }

    /**
     * A reward that no verdict can change, or that asks for none.
     *
     * @param reward of the answer
     * @param components parts of the reward
     */
    public record SettledRating(double reward, List<RewardComponent> components) implements Rating {}

    /**
     * An answer that has no reward and never will have one.
     *
     * @param components parts of the reward that are known
     * @param problem why there is no reward
     */
    public record FailedRating(List<RewardComponent> components, String problem) implements Rating {}

    /**
     * An answer whose reward waits for a verdict.
     *
     * @param components parts of the reward that are known
     * @param answer words that the judge compares with the golds
     */
    public record WaitingRating(List<RewardComponent> components, String answer) implements Rating {}

    /**
     * Rates an answer together with what is paid beside it.
     *
     * @param tokens of the completion
     */
    public Rating rate(Question question, String text, int tokens) {
        Rating answer = rate(question, text);
        List<RewardComponent> all = new ArrayList<>(answer.components());
        all.addAll(components.of(question, text, tokens));
        if (answer instanceof SettledRating settled) {
            return new SettledRating(components.total(settled.reward(), all), all);
        }
        return answer instanceof WaitingRating waiting
                ? new WaitingRating(all, waiting.answer())
                : new FailedRating(all, ((FailedRating) answer).problem());
    }

    private @Nullable Double total(@Nullable Double answer, List<RewardComponent> parts) {
        return answer == null ? null : (Double) components.total(answer, parts);
    }

    /** What the answer alone earns. */
    public Rating rate(Question question, String text) {
        RewardComponent byRule = rule.of(question, text);
        Double value = byRule.getValue();
        if (value == null && (config.reward() != RewardPolicy.JUDGE || cannotBeAsked(question))) {
            return new FailedRating(List.of(byRule), byRule.getReason());
        }
        if (judge == null) {
            return new SettledRating(Objects.requireNonNull(value), List.of(byRule)); // a reward by judge has one
        }
        double known = value == null ? 0 : value; // the judge alone decides where the rule cannot read the gold
        Double settled = config.reward().of(known, null, config.judgeWeight());
        if (settled != null && !judge.always()) {
            return new SettledRating(settled, List.of(byRule));
        }
        String answer = judge.wholeText() ? text : byRule.getExtracted();
        if (answer == null || answer.isBlank()) {
            RewardComponent nothing = component(0.0, null, "nothing was stated that could be compared");
            Double reward = config.reward().of(known, 0.0, config.judgeWeight());
            return new SettledRating(Objects.requireNonNull(reward), List.of(byRule, nothing));
        }
        return new WaitingRating(List.of(byRule), answer);
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
