package dev.longstream.trainer.objective;

import dev.longstream.config.Inline;
import dev.longstream.config.Problems;

import java.util.Objects;

/**
 * Settings of the loss of a gradient step; {@link PolicyLoss} is the formula. Each batch may have settings of its own.
 *
 * @param surrogate function of importance ratio and advantage whose sum is minimised
 * @param proximal policy in the denominator of the importance ratio
 * @param logRatioClamp largest absolute value of a log ratio, in nats; a larger one is cut to it and has no gradient;
 *     0: no limit
 * @param reduction reduction of the losses of tokens to one number
 * @param correction importance weights for tokens that another policy than the proximal policy sampled
 * @param filter tokens and answers without a policy loss because the two policies differ too much there
 * @param kl penalty on the divergence from the reference policy
 * @param entropy entropy bonus, and mask of tokens of low entropy
 * @param masks tokens and answers that the loss leaves out
 */
public record LossSettings(
        @Inline Surrogate surrogate,
        Proximal proximal,
        double logRatioClamp,
        @Inline LossReduction reduction,
        ImportanceCorrection correction,
        @Inline OffPolicyFilter filter,
        KlTerm kl,
        EntropyTerm entropy,
        @Inline LossMasks masks) {

    /** Recommended clamp of a log ratio, in nats: e^20 is far above every clip range and far below overflow. */
    public static final double LOG_RATIO_CLAMP = 20;

    /** Clip-higher and dual clip, token mean, ratio to the policy that sampled. */
    public static final LossSettings DEFAULT = new LossSettings(
            Clip.DEFAULT,
            Proximal.BEHAVIOUR,
            LOG_RATIO_CLAMP,
            LossReduction.TOKEN_MEAN,
            ImportanceCorrection.NONE,
            OffPolicyFilter.NONE,
            KlTerm.NONE,
            EntropyTerm.NONE,
            LossMasks.NONE);

    public LossSettings {
        masks = Objects.requireNonNullElse(masks, LossMasks.NONE);
        Problems problems = new Problems("objective.loss")
                .require(logRatioClamp >= 0, "log-ratio-clamp is %s, must be above 0, or 0 for none", logRatioClamp);
        correction.check(problems, proximal);
        filter.check(problems, proximal);
        kl.check(problems, surrogate.ratio());
        entropy.check(problems);
        masks.negatives().check(problems);
        problems.throwIfAny();
    }

    /** Returns these settings with another entropy term. */
    public LossSettings withEntropy(EntropyTerm other) {
        return new LossSettings(surrogate, proximal, logRatioClamp, reduction, correction, filter, kl, other, masks);
    }

    /** Creates the loss function of these settings. */
    public Objective objective() {
        return new PolicyLoss(this);
    }

    /** Returns the clamp of a log ratio in nats; infinity without one. */
    double clamp() {
        return logRatioClamp > 0 ? logRatioClamp : Double.POSITIVE_INFINITY;
    }
}
