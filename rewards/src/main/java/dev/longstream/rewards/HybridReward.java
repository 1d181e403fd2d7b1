package dev.longstream.rewards;

import dev.longstream.record.AnswerKind;
import dev.longstream.record.Question;
import dev.longstream.record.RewardComponent;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Verdict;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Combines the rule's score and the judge's verdict into one reward, as {@link RewardPolicy} defines. Pure arithmetic:
 * it decides whether a verdict is needed and what the reward is with it. An answer goes to the judge only where the
 * verdict can change the reward, unless {@link AskedJudge#always()} is set. The rule alone decides multiple choice
 * and sets of answers.
 */
public final class HybridReward {
    static final String JUDGE = "judge";
    /**
     * Kinds that only the rule decides: a judge cannot tell what a bare letter stands for, and would accept one member of a
     * set as one of several right answers.
     */
    private static final Set<AnswerKind> RULED = EnumSet.of(AnswerKind.MULTIPLE_CHOICE, AnswerKind.ANSWER_SET);

    private final ScoringConfig config;
    private final Reward rule;
    private final @Nullable AskedJudge judge;
    private final Components components;

    /**
     * Creates a reward from a rule and a judge.
     *
     * @param judge null: no answer is judged
     * @throws IllegalArgumentException if the reward policy needs a judge and {@code judge} is null
     */
    HybridReward(ScoringConfig config, Reward rule, @Nullable AskedJudge judge) {
        if (judge == null && config.reward().asksAJudge()) {
            throw new IllegalArgumentException(
                    "scoring.reward is " + config.reward() + ", which needs a judge, but none is configured");
        }
        this.config = config;
        this.rule = rule;
        this.judge = judge;
        this.components = new Components(config.components(), config.thinkingExpected());
    }

    /**
     * Creates the reward that a configuration describes: its rules or its plug-in, and a judge.
     *
     * @param judge null: no answer is judged
     * @throws IllegalArgumentException if the reward policy needs a judge and {@code judge} is null
     */
    public static HybridReward of(ScoringConfig config, @Nullable AskedJudge judge) {
        return new HybridReward(config, Rewards.of(config), judge);
    }

    /** The reward of an answer before any verdict: settled, failed, or waiting for a verdict. */
    public sealed interface Rating {
        /** Returns the components known so far; the first is the rule's. */
        List<RewardComponent> components();

        /** Returns the reward if it is settled, else null. */
        default @Nullable Double settledReward() {
            return this instanceof SettledRating settled ? (Double) settled.reward() : null;
        }
    }

    /**
     * A reward that needs no verdict, or that no verdict can change.
     *
     * @param reward reward of the answer
     * @param components components of the reward
     */
    public record SettledRating(double reward, List<RewardComponent> components) implements Rating {}

    /**
     * An answer that can never have a reward.
     *
     * @param components components known so far
     * @param problem why there is no reward
     */
    public record FailedRating(List<RewardComponent> components, String problem) implements Rating {}

    /**
     * An answer whose reward waits for a verdict.
     *
     * @param components components known so far
     * @param answer text that the judge compares with the golds
     */
    public record WaitingRating(List<RewardComponent> components, String answer) implements Rating {}

    /**
     * Rates an answer including the components beside it: format, citations, length.
     *
     * @param tokens length of the completion in tokens
     */
    public Rating rate(Question question, String text, int tokens) {
        Rating answer = rate(question, text);
        List<RewardComponent> all = new ArrayList<>(answer.components());
        try {
            all.addAll(components.of(question, text, tokens));
        } catch (LimitedText.ExhaustedException | StackOverflowError e) {
            return new FailedRating(all, "a pattern of scoring.components failed on the answer: " + reason(e));
        }
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

    /** Rates an answer alone, without the components for format, citations and length. */
    public Rating rate(Question question, String text) {
        RewardComponent byRule;
        try {
            byRule = rule.of(question, text);
        } catch (StackOverflowError e) { // a pattern of a rule, on an answer of many thousand characters
            byRule = component(rule.name(), null, null, "the rule failed on the answer: " + reason(e));
            return new FailedRating(List.of(byRule), byRule.getReason());
        }
        Double value = byRule.getValue();
        if (value == null && (config.reward() != RewardPolicy.JUDGE || cannotBeAsked(question))) {
            return new FailedRating(List.of(byRule), byRule.getReason());
        }
        if (judge == null) {
            return new SettledRating(Objects.requireNonNull(value), List.of(byRule)); // a reward by judge has one
        }
        if (RULED.contains(question.getKind()) && value != null) {
            return new SettledRating(value, List.of(byRule));
        }
        // The value is null only where the rule cannot read the gold; then the judge alone decides.
        double known = value == null ? 0 : value;
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

    private static String reason(Throwable thrown) {
        return thrown instanceof StackOverflowError ? "its search went too deep" : String.valueOf(thrown.getMessage());
    }

    private static boolean cannotBeAsked(Question question) {
        return question.getGolds().isEmpty();
    }

    /** Returns the reward of a judged answer; null if it depends on a verdict that is missing. */
    public @Nullable Double settle(Rating rating, @Nullable Double verdict) {
        double known = Objects.requireNonNullElse(rating.components().get(0).getValue(), 0.0);
        return config.reward().of(known, verdict, config.judgeWeight());
    }

    /** Completes a waiting score with the verdict; if the verdict failed, the reward is null where it depends on it. */
    public ScoredTrajectory settle(ScoredTrajectory waiting, Verdict verdict) {
        RewardComponent byRule = waiting.getComponents().get(0);
        String reason = verdict.getScore() == null
                ? "no verdict: " + verdict.getFailure()
                : verdict.getJudge() + " replied: " + verdict.getWords();
        List<RewardComponent> parts = new ArrayList<>(waiting.getComponents());
        parts.add(component(verdict.getScore(), byRule.getExtracted(), reason));
        double known = Objects.requireNonNullElse(byRule.getValue(), 0.0);
        return ScoredTrajectory.newBuilder(waiting)
                .setComponents(parts)
                .setReward(total(config.reward().of(known, verdict.getScore(), config.judgeWeight()), parts))
                .build();
    }

    /**
     * Returns the reward of a scored answer alone, without the components for format, citations and length.
     *
     * @param scored an answer with a reward
     * @param config settings under which it was scored
     */
    public static double answerReward(ScoredTrajectory scored, ScoringConfig config) {
        List<RewardComponent> parts = scored.getComponents();
        double known =
                parts.isEmpty() ? 0 : Objects.requireNonNullElse(parts.get(0).getValue(), 0.0);
        Double verdict = parts.stream()
                .filter(part -> part.getName().equals(JUDGE))
                .map(RewardComponent::getValue)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        Double combined = config.reward().of(known, verdict, config.judgeWeight());
        return Objects.requireNonNullElse(combined, known);
    }

    private static RewardComponent component(@Nullable Double value, @Nullable String extracted, String reason) {
        return component(JUDGE, value, extracted, reason);
    }

    private static RewardComponent component(
            String name, @Nullable Double value, @Nullable String extracted, String reason) {
        return RewardComponent.newBuilder()
                .setName(name)
                .setValue(value)
                .setExtracted(Excerpt.ofNullable(extracted))
                .setReason(Excerpt.of(reason))
                .build();
    }
}
