package dev.longstream.streams.curriculum;

import dev.longstream.config.Problems;

/**
 * Difficulty-aware retrospective sampling (QwenLong-L1, §2.3): a share of a phase's assignments are prompts of earlier
 * phases.
 *
 * @param share of the phase's assignments; 0: none
 * @param choice by what a prompt is drawn
 * @param minMean smallest mean reward that counts; a lower one is raised to it, so that difficulty, 1/mean (Eq 10), is at most
 *     1/minMean. The paper gives no value for a mean of 0; 1/G takes a prompt that was never answered right for one that was
 *     once
 */
public record Retrospective(double share, RetrospectiveChoice choice, double minMean) {
    /** By what a prompt of an earlier phase is drawn. */
    public enum RetrospectiveChoice {
        /** With p ∝ 1/mean reward: Eq 10, as the paper describes it. */
        INVERSE_REWARD,
        /** Those whose mean reward is 0, each as likely as another: what the paper did (§3.2). */
        HARD_SET
    }

    public static final Retrospective DEFAULT = new Retrospective(0, RetrospectiveChoice.INVERSE_REWARD, 0.125);

    public Retrospective {
        new Problems("retrospective")
                .require(share >= 0 && share < 1, "share is %s, must be in [0, 1)", share)
                .require(choice != null, "choice is missing, expected inverse-reward or hard-set")
                .require(minMean > 0 && minMean <= 1, "min-mean is %s, must be in (0, 1]", minMean)
                .throwIfAny();
    }

    /** How likely a prompt is to be drawn, relative to others; 0: never. */
    double weight(double meanReward) {
        return switch (choice) {
            case INVERSE_REWARD -> 1 / Math.max(meanReward, minMean);
            case HARD_SET -> meanReward <= 0 ? 1 : 0;
        };
    }

    /** How many of a phase's first {@code assignments} are retrospective: the share, as evenly as whole numbers allow. */
    long among(long assignments) {
        return (long) Math.floor(share * assignments + 1e-9); // a tenth of ten is one
    }
}
