package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

import java.util.Arrays;

/**
 * Mask of tokens with a negative advantage, which then have no policy loss. It is decided over the whole batch before
 * the step (QwenLong-L1.5, arXiv 2512.12967). Denominators do not change.
 *
 * <p><b>AEPO</b> masks all of them while the batch's mean entropy is above {@code entropyHigh}, and none while it is
 * below {@code entropyLow}. Between the two it does what it did in the previous step; this is our reading, since the
 * report gives no thresholds. <b>Negative-gradient clipping</b> masks those of the highest entropy.
 *
 * @param entropyLow mean entropy in nats below which AEPO masks nothing
 * @param entropyHigh mean entropy in nats above which AEPO masks all tokens with a negative advantage; 0: no AEPO
 * @param clipped unit that negative-gradient clipping masks: tokens, or whole answers
 * @param clippedShare fraction of the tokens or answers with a negative advantage that is masked, those of the highest
 *     entropy
 */
public record NegativeMask(double entropyLow, double entropyHigh, Clipped clipped, double clippedShare) {
    public static final NegativeMask NONE = new NegativeMask(0, 0, Clipped.NOTHING, 0);

    /** Unit that negative-gradient clipping masks. */
    public enum Clipped {
        NOTHING,
        /** Single tokens of high entropy. */
        TOKENS,
        /** Whole answers of high mean entropy. */
        SEQUENCES
    }

    boolean present() {
        return entropyHigh > 0 || clipped != Clipped.NOTHING;
    }

    /** Returns whether AEPO masks in this step. */
    boolean masks(boolean before, double batchEntropy) {
        return entropyHigh > 0 && (batchEntropy > entropyHigh || (before && batchEntropy >= entropyLow));
    }

    /**
     * Finds the tokens with a negative advantage that have no policy loss.
     *
     * @param masks whether AEPO masks in this step
     * @return boolean[N][C], true for a token without a policy loss
     */
    boolean[][] masked(double[][] advantages, double[][] entropies, boolean[][] kept, boolean masks) {
        boolean[][] negative = new boolean[advantages.length][];
        double[][] measure = new double[advantages.length][];
        for (int answer = 0; answer < advantages.length; answer++) {
            int tokens = advantages[answer].length;
            negative[answer] = new boolean[tokens];
            measure[answer] = entropies[answer].clone();
            if (clipped == Clipped.SEQUENCES) {
                Arrays.fill(
                        measure[answer],
                        Arrays.stream(entropies[answer]).average().orElse(0));
            }
            for (int token = 0; token < tokens; token++) {
                negative[answer][token] = kept[answer][token] && advantages[answer][token] < 0;
            }
        }
        if (masks) {
            return negative;
        }
        double highest = clipped == Clipped.NOTHING
                ? Double.POSITIVE_INFINITY
                : EntropyTerm.Quantile.of(measure, firsts(negative), 1 - clippedShare);
        boolean[][] masked = new boolean[advantages.length][];
        for (int answer = 0; answer < masked.length; answer++) {
            masked[answer] = new boolean[negative[answer].length];
            for (int token = 0; token < masked[answer].length; token++) {
                masked[answer][token] = negative[answer][token] && measure[answer][token] > highest;
            }
        }
        return masked;
    }

    /** Keeps one token of each answer, so that an answer that is masked as a whole counts once in the quantile. */
    private boolean[][] firsts(boolean[][] negative) {
        if (clipped == Clipped.TOKENS) {
            return negative;
        }
        boolean[][] firsts = new boolean[negative.length][];
        for (int answer = 0; answer < firsts.length; answer++) {
            firsts[answer] = new boolean[negative[answer].length];
            for (int token = 0; token < firsts[answer].length; token++) {
                if (negative[answer][token]) {
                    firsts[answer][token] = true;
                    break;
                }
            }
        }
        return firsts;
    }

    void check(Problems problems) {
        boolean clips = clipped != Clipped.NOTHING;
        problems.require(
                        entropyHigh == 0 ? entropyLow == 0 : entropyLow >= 0 && entropyLow <= entropyHigh,
                        "negatives.entropy-low is %s and negatives.entropy-high %s nats, expected low <= high, or 0 for both",
                        entropyLow,
                        entropyHigh)
                .require(
                        clips ? clippedShare > 0 && clippedShare < 1 : clippedShare == 0,
                        "negatives.clipped-share is %s, must be in (0, 1) where negatives.clipped is tokens or sequences, and"
                                + " 0 where it is nothing",
                        clippedShare);
    }
}
