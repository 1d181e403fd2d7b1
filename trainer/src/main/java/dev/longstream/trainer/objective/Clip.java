package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

import java.util.Objects;

/**
 * PPO's clipped surrogate (Schulman et al. 2017). GRPO (DeepSeekMath, arXiv 2402.03300), DAPO (arXiv 2503.14476), Dr.GRPO
 * (arXiv 2503.20783) and, with one ratio per answer, GSPO (arXiv 2507.18071) use it.
 *
 * <pre>
 * ℓ = − min( min(r, δ)·A , clip(r, 1 − low, 1 + high)·A )
 * ℓ = min( ℓ , −c·A )   where A &lt; 0                           (dual clip, Ye et al. 2020)
 * </pre>
 *
 * <p>δ above 1 + high limits the loss of a negative advantage, like the dual clip with c = δ.
 *
 * @param ratio whether each token has a ratio of its own (GRPO) or the answer has one (GSPO)
 * @param clipLow distance of the lower bound of the ratio from 1: the bound is 1 − clipLow
 * @param clipHigh distance of the upper bound of the ratio from 1: the bound is 1 + clipHigh; clipHigh &gt; clipLow is DAPO's
 *     clip-higher
 * @param dualClip c, the dual clip's bound of the ratio for a negative advantage; 0: none
 * @param ratioHigh δ, upper bound of the ratio before clipping; 0: none
 */
public record Clip(RatioLevel ratio, double clipLow, double clipHigh, double dualClip, double ratioHigh)
        implements Surrogate {
    /** Clip-higher and dual clip on the ratio of each token. */
    public static final Clip DEFAULT = new Clip(RatioLevel.TOKEN, 0.2, 0.28, 3, 0);

    public Clip {
        ratio = Objects.requireNonNullElse(ratio, RatioLevel.TOKEN);
        new Problems("objective.loss")
                .require(clipLow > 0 && clipLow < 1, "clip-low is %s, must be above 0 and below 1", clipLow)
                .require(clipHigh > 0, "clip-high is %s, must be above 0", clipHigh)
                .require(
                        dualClip == 0 || dualClip > 1 + clipHigh,
                        "dual-clip is %s, must be above 1 + clip-high, or 0 to switch it off",
                        dualClip)
                .require(
                        ratioHigh == 0 || ratioHigh > 1,
                        "ratio-high is %s, must be above 1, or 0 to switch it off",
                        ratioHigh)
                .require(
                        dualClip == 0 || ratioHigh == 0,
                        "ratio-high is %s beside dual-clip %s: both bound a negative advantage, expected one of them",
                        ratioHigh,
                        dualClip)
                .throwIfAny();
    }

    @Override
    public TokenTerm of(TokenInputs token) {
        double advantage = token.advantage();
        double ratio = token.ratio();
        double delta = ratioHigh > 0 ? ratioHigh : Double.POSITIVE_INFINITY;
        double bounded = Math.max(1 - clipLow, Math.min(1 + clipHigh, ratio));
        double plain = -advantage * Math.min(ratio, delta);
        boolean takesPlain = plain >= -advantage * bounded;
        double value = takesPlain ? plain : -advantage * bounded;
        boolean moves = takesPlain ? ratio <= delta : bounded == ratio;
        boolean dualClipped = dualClip > 0 && advantage < 0 && value > -dualClip * advantage;
        boolean clipped = (advantage > 0 && ratio > 1 + clipHigh) || (advantage < 0 && ratio < 1 - clipLow);
        return new TokenTerm(
                dualClipped ? -dualClip * advantage : value,
                moves && !dualClipped ? -advantage * ratio : 0,
                0,
                clipped,
                dualClipped);
    }
}
