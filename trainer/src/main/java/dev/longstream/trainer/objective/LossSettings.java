package dev.longstream.trainer.objective;

import dev.longstream.config.Inline;
import dev.longstream.config.Problems;

/**
 * The loss of a gradient step, as a value; {@link PolicyLoss} is the formula. A batch may be trained by other settings than the
 * batch before.
 *
 * @param surrogate function of the importance ratio and the advantage that is minimised
 * @param proximal policy that the ratio is taken to
 * @param logRatioClamp largest absolute value of a log ratio before it is exponentiated, without a gradient beyond; 0: none
 * @param reduction how the losses of tokens become one number
 * @param correction weights for data of another policy than the proximal one
 * @param filter tokens and answers left out because the policies differ too much
 * @param kl penalty on leaving the policy that training began with
 * @param entropy bonus and mask by entropy
 * @param negatives which negative advantages are left out
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
        NegativeMask negatives) {

    /** The clamp that is recommended: e^20 is far beyond every clip and far below overflow. */
    public static final double LOG_RATIO_CLAMP = 20;

    /** Clip-higher and dual clip over the token mean, against the policy that sampled. */
    public static final LossSettings DEFAULT = new LossSettings(
            Clip.DEFAULT,
            Proximal.BEHAVIOUR,
            LOG_RATIO_CLAMP,
            LossReduction.TOKEN_MEAN,
            ImportanceCorrection.NONE,
            OffPolicyFilter.NONE,
            KlTerm.NONE,
            EntropyTerm.NONE,
            NegativeMask.NONE);

    public LossSettings {
        Problems problems = new Problems("objective.loss")
                .require(logRatioClamp >= 0, "log-ratio-clamp is %s, must be above 0, or 0 for none", logRatioClamp);
        correction.check(problems, proximal);
        filter.check(problems, proximal);
        kl.check(problems, surrogate.ratio());
        entropy.check(problems);
        negatives.check(problems);
        problems.throwIfAny();
    }

    /** These settings with another entropy term. */
    public LossSettings withEntropy(EntropyTerm other) {
        return new LossSettings(
                surrogate, proximal, logRatioClamp, reduction, correction, filter, kl, other, negatives);
    }

    /** The loss that these settings state. */
    public Objective objective() {
        return new PolicyLoss(this);
    }

    /** {@link #logRatioClamp}, infinity where there is none. */
    double clamp() {
        return logRatioClamp > 0 ? logRatioClamp : Double.POSITIVE_INFINITY;
    }
}
