package dev.longstream.streams.scoring;

import dev.longstream.record.PromotedReward;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.rewards.HybridReward;
import dev.longstream.rewards.ScoringConfig;
import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rewards that a scoring stage gives: its own, and those of the run's shadows, which a command can promote. The reward of a
 * shadow is created with the first answer that needs it, so that a shadow that cannot work harms no run that does not use it.
 */
public final class ScoringRules {
    private final RewardInUse own;
    private final Map<String, ShadowReward> shadows;
    private final boolean replay;
    private final Map<String, RewardInUse> promoted = new ConcurrentHashMap<>();

    /**
     * Reward of a shadow.
     *
     * @param config settings of the reward
     * @param judge judge that the reward asks; null: none
     * @param digest SHA-256 of the settings that decide scores
     */
    public record ShadowReward(ScoringConfig config, @Nullable AskedJudge judge, String digest) {}

    /**
     * A reward in use.
     *
     * @param reward reward of an answer
     * @param config settings of the reward
     * @param judge judge that the reward asks; null: none
     * @param promoted name that scores carry; null: the stage's own reward
     */
    record RewardInUse(
            HybridReward reward, ScoringConfig config, @Nullable AskedJudge judge, @Nullable PromotedReward promoted) {
        static RewardInUse of(ScoringConfig config, @Nullable AskedJudge judge, @Nullable PromotedReward promoted) {
            return new RewardInUse(HybridReward.of(config, judge), config, judge, promoted);
        }
    }

    private ScoringRules(RewardInUse own, Map<String, ShadowReward> shadows, boolean replay) {
        this.own = own;
        this.shadows = Map.copyOf(shadows);
        this.replay = replay;
    }

    /**
     * Creates the rules of a run.
     *
     * @param judge judge that the run's own reward asks; null: none
     * @param shadows rewards that a command can promote, by the shadow's name
     */
    public static ScoringRules of(ScoringConfig config, @Nullable AskedJudge judge, Map<String, ShadowReward> shadows) {
        return new ScoringRules(RewardInUse.of(config, judge, null), shadows, false);
    }

    /**
     * Creates the rules of a replay. Its configuration decides: a promoted shadow has the settings that it has there, and answers
     * of a shadow that it does not name are scored by the replay's own reward.
     */
    public static ScoringRules ofReplay(
            ScoringConfig config, @Nullable AskedJudge judge, Map<String, ShadowReward> shadows) {
        return new ScoringRules(RewardInUse.of(config, judge, null), shadows, true);
    }

    /** Creates the rules of a stage that scores every answer by its own reward, as a shadow does. */
    public static ScoringRules alone(ScoringConfig config, @Nullable AskedJudge judge) {
        return ofReplay(config, judge, Map.of());
    }

    /** Returns whether an answer may need a judge. */
    public boolean askAJudge() {
        return own.judge() != null || shadows.values().stream().anyMatch(shadow -> shadow.judge() != null);
    }

    /**
     * Returns the reward that scores an answer.
     *
     * @param wanted promoted reward that the answer names; null: the stage's own
     * @throws IllegalStateException if the configuration lacks the promoted shadow or has other settings for it
     */
    RewardInUse of(@Nullable PromotedReward wanted) {
        if (wanted == null) {
            return own;
        }
        ShadowReward shadow = shadows.get(wanted.getShadow());
        if (shadow == null && replay) {
            return own;
        }
        if (shadow == null || !(replay || shadow.digest().equals(wanted.getDigest()))) {
            throw new IllegalStateException("The shadow " + wanted.getShadow()
                    + " was promoted, so that the run trains on its reward, but scoring.shadows "
                    + (shadow == null ? "does not name it" : "has other settings for it")
                    + "; restore it as it was when it was promoted");
        }
        return promoted.computeIfAbsent(
                wanted.getShadow(),
                name -> RewardInUse.of(shadow.config(), shadow.judge(), new PromotedReward(name, shadow.digest())));
    }
}
