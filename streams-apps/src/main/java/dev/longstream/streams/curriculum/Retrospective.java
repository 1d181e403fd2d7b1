package dev.longstream.streams.curriculum;

import dev.longstream.config.Problems;

/**
 * Difficulty-aware retrospective sampling (QwenLong-L1, §2.3): a share of a phase's assignments uses prompts of earlier
 * phases.
 *
 * @param share fraction of the phase's assignments; 0: none
 * @param choice probability with which a prompt is drawn
 * @param minMean lower bound on the mean reward in 1/mean (Eq 10), so that a weight is at most 1/min-mean; the paper
 *     gives no value for a mean of 0. With 1/G a prompt that was never solved counts like one that was solved once
 */
public record Retrospective(double share, RetrospectiveChoice choice, double minMean) {
    /** Probability with which a prompt of an earlier phase is drawn. */
    public enum RetrospectiveChoice {
        /** Proportional to 1/mean reward: Eq 10, as the paper describes it. */
        INVERSE_REWARD,
        /** Uniform over the prompts with mean reward 0, which is how the paper's experiments were done (§3.2). */
        HARD_SET
    }

    /** No retrospective sampling. */
    public static final Retrospective DEFAULT = new Retrospective(0, RetrospectiveChoice.INVERSE_REWARD, 0.125);

    public Retrospective {
        new Problems("retrospective")
                .require(share >= 0 && share < 1, "share is %s, must be in [0, 1)", share)
                .require(choice != null, "choice is missing, expected inverse-reward or hard-set")
                .require(minMean > 0 && minMean <= 1, "min-mean is %s, must be in (0, 1]", minMean)
                .throwIfAny();
    }

    /** Weight of a prompt in the draw, relative to others; 0: never drawn. */
    double weight(double meanReward) {
        return switch (choice) {
            case INVERSE_REWARD -> 1 / Math.max(meanReward, minMean);
            case HARD_SET -> meanReward <= 0 ? 1 : 0;
        };
    }

    /** Number of retrospective ones among a phase's first {@code assignments}, spread evenly. */
    long among(long assignments) {
        return (long) Math.floor(share * assignments + 1e-9); // a tenth of ten is one
    }
}
