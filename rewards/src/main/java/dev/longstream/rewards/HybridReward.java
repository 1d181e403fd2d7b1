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
 * Combines the rule's score and the judge's verdict into one reward, as {@link RewardPolicy} defines. Pure arithmetic:
 * it decides whether a verdict is needed and what the reward is with it. An answer goes to the judge only where the
 * verdict can change the reward, unless {@link AskedJudge#always()} is set.
 */
public final class HybridReward {
    static final String JUDGE = "judge";

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

    /**
     * The reward of an answer before any verdict, and the answer to send to the judge where one is needed.
     *
     * @param reward null: it depends on the verdict, or there is no reward at all ({@code problem} says why)
     * @param components components known so far
     * @param answer text that the judge compares with the golds; null: no verdict is needed
     * @param problem why this answer can never have a reward; null: no problem
     */
    public record Rating(
            @Nullable Double reward,
            List<RewardComponent> components,
            @Nullable String answer,
            @Nullable String problem) {}

    /**
     * Rates an answer including the components beside it: format, citations, length.
     *
     * @param tokens length of the completion in tokens
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

    /** Rates an answer alone, without the components for format, citations and length. */
    public Rating rate(Question question, String text) {
        RewardComponent byRule = rule.of(question, text);
        Double value = byRule.getValue();
        if (value == null && (config.reward() != RewardPolicy.JUDGE || cannotBeAsked(question))) {
            return new Rating(null, List.of(byRule), null, byRule.getReason());
        }
        if (judge == null) {
            return new Rating(value, List.of(byRule), null, null);
        }
        // The value is null only where the rule cannot read the gold; then the judge alone decides.
        double known = value == null ? 0 : value;
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

    private static RewardComponent component(@Nullable Double value, @Nullable String extracted, String reason) {
        return RewardComponent.newBuilder()
                .setName(JUDGE)
                .setValue(value)
                .setExtracted(extracted)
                .setReason(reason)
                .build();
    }
}
