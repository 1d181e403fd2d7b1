package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

import java.util.List;

/**
 * What is minimised, as a value: an objective is a choice of these settings, and a batch may be trained by another one than
 * the batch before. {@link PolicyLoss} says how they go together.
 *
 * @param surrogate which function of the ratio is maximised
 * @param ratio whether the ratio is a token's or its answer's
 * @param proximal what the ratio is taken to
 * @param clipLow {@code clip}: the ratio counts down to 1 − clipLow; {@code gmpo}: bound of a log ratio; {@code dppo}: of the
 *     distance where the advantage is not positive; 0 elsewhere
 * @param clipHigh the other side
 * @param dualClip c of {@code clip}: where A &lt; 0 a token's loss is at most −c·A; 0 switches it off
 * @param ratioLow {@code cispo}: least weight; 0: none
 * @param ratioHigh {@code cispo}, {@code dppo}: largest weight; {@code clip}: δ of the two-sided clip; 0: none
 * @param temperaturePositive {@code sapo}: of answers with A &gt; 0; 0 elsewhere
 * @param temperatureNegative {@code sapo}: of the others; 0 elsewhere
 * @param logRatioClamp largest absolute value of a log ratio before it is exponentiated, without a gradient beyond; 0: none
 * @param aggregation how the losses of tokens become one number
 * @param constantLength with {@code sequence-sum}, what sums are divided by instead of lengths (Dr.GRPO); 0: not
 * @param correction weights for data of another policy than the proximal one
 * @param rejections what is left out because the policies differ too much; all must be passed
 * @param rejectedTokens whether what is left out counts where the loss is divided
 * @param offPolicySequenceMask δ: an answer with A &lt; 0 and mean(log μ − log π) &gt; δ gives no policy loss (OPSM; DeepSeek-V3.2,
 *     slime); 0: off
 * @param kl penalty on leaving the policy that training began with
 * @param entropy bonus and mask by entropy
 * @param negatives what of negative advantages is left out
 */
public record LossSettings(
        SurrogateKind surrogate,
        RatioLevel ratio,
        Proximal proximal,
        double clipLow,
        double clipHigh,
        double dualClip,
        double ratioLow,
        double ratioHigh,
        double temperaturePositive,
        double temperatureNegative,
        double logRatioClamp,
        Aggregation aggregation,
        int constantLength,
        ImportanceCorrection correction,
        List<Rejection> rejections,
        RejectedTokens rejectedTokens,
        double offPolicySequenceMask,
        KlTerm kl,
        EntropyTerm entropy,
        NegativeMask negatives) {

    /** The clamp that is recommended: e^20 is far beyond every clip and far below overflow. */
    public static final double LOG_RATIO_CLAMP = 20;

    /** Clip-higher and dual clip over the token mean, against the policy that sampled. */
    public static final LossSettings DEFAULT = new LossSettings(
            SurrogateKind.CLIP,
            RatioLevel.TOKEN,
            Proximal.BEHAVIOUR,
            0.2,
            0.28,
            3,
            0,
            0,
            0,
            0,
            LOG_RATIO_CLAMP,
            Aggregation.TOKEN_MEAN,
            0,
            ImportanceCorrection.NONE,
            List.of(),
            RejectedTokens.STAY_IN_DENOMINATOR,
            0,
            KlTerm.NONE,
            EntropyTerm.NONE,
            NegativeMask.NONE);

    public LossSettings {
        rejections = rejections == null ? List.of() : List.copyOf(rejections);
        Problems problems = new Problems("objective.loss");
        boolean clips = surrogate.clips();
        boolean sapo = surrogate == SurrogateKind.SAPO;
        boolean boundsRatio = surrogate == SurrogateKind.CISPO || surrogate == SurrogateKind.CLIP || surrogate.isDppo();
        String name = surrogate.word();
        problems.require(
                        clips ? clipLow > 0 && (surrogate == SurrogateKind.GMPO || clipLow < 1) : clipLow == 0,
                        clips
                                ? "clip-low is %s, must be above 0%s"
                                : "clip-low is %s, must be 0: surrogate %s has no such bound",
                        clipLow,
                        clips ? surrogate == SurrogateKind.GMPO ? "" : " and below 1" : name)
                .require(
                        clips ? clipHigh > 0 : clipHigh == 0,
                        clips
                                ? "clip-high is %s, must be above 0"
                                : "clip-high is %s, must be 0: surrogate %s has no such bound",
                        clipHigh,
                        name)
                .require(
                        dualClip == 0 || surrogate == SurrogateKind.CLIP && dualClip > 1 + clipHigh,
                        "dual-clip is %s, must be above 1 + clip-high, or 0 to switch it off; surrogate clip alone has it",
                        dualClip)
                .require(
                        ratioLow == 0 || surrogate == SurrogateKind.CISPO && ratioLow > 0,
                        "ratio-low is %s, must be positive with surrogate cispo, or 0; surrogate is %s",
                        ratioLow,
                        name)
                .require(
                        ratioHigh == 0 || boundsRatio && ratioHigh > Math.max(1, ratioLow),
                        "ratio-high is %s, must be above 1 and ratio-low with surrogate clip, cispo or dppo, or 0; surrogate is"
                                + " %s",
                        ratioHigh,
                        name)
                .require(
                        dualClip == 0 || ratioHigh == 0 || surrogate != SurrogateKind.CLIP,
                        "ratio-high is %s beside dual-clip %s: both bound a negative advantage, expected one of them",
                        ratioHigh,
                        dualClip)
                .require(
                        sapo ? temperaturePositive > 0 : temperaturePositive == 0,
                        "temperature-positive is %s, must be above 0 with surrogate sapo and 0 without; surrogate is %s",
                        temperaturePositive,
                        name)
                .require(
                        sapo ? temperatureNegative > 0 : temperatureNegative == 0,
                        "temperature-negative is %s, must be above 0 with surrogate sapo and 0 without; surrogate is %s",
                        temperatureNegative,
                        name)
                .require(
                        ratio == RatioLevel.SEQUENCE ? !surrogate.ofTokens() : !surrogate.ofSequences(),
                        "ratio is %s, which surrogate %s does not know: clip and sapo take both, gmpo and vespo sequence, the"
                                + " others token",
                        ratio == RatioLevel.SEQUENCE ? "sequence" : "token",
                        name)
                .require(logRatioClamp >= 0, "log-ratio-clamp is %s, must be above 0, or 0 for none", logRatioClamp)
                .require(
                        constantLength == 0 || constantLength > 0 && aggregation == Aggregation.SEQUENCE_SUM,
                        "constant-length is %d, must be positive with aggregation sequence-sum, or 0",
                        constantLength)
                .require(
                        offPolicySequenceMask >= 0,
                        "off-policy-sequence-mask is %s, must be positive, or 0 to switch it off",
                        offPolicySequenceMask)
                .require(
                        rejectedTokens == RejectedTokens.STAY_IN_DENOMINATOR || !rejections.isEmpty(),
                        "rejected-tokens is leave-denominator, but there are no rejections");
        correction.check(problems, proximal);
        for (int i = 0; i < rejections.size(); i++) {
            rejections.get(i).check(problems, "rejections[" + i + "]", proximal);
        }
        kl.check(problems, ratio);
        entropy.check(problems);
        negatives.check(problems);
        problems.throwIfAny();
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
