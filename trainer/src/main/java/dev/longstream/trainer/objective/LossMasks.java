package dev.longstream.trainer.objective;

import java.util.Objects;

/**
 * Tokens and answers that the loss leaves out.
 *
 * @param negatives mask of tokens with a negative advantage
 * @param truncatedAnswers treatment of answers that the length limit cut
 */
public record LossMasks(NegativeMask negatives, TruncatedAnswers truncatedAnswers) {
    /** Every token of every answer has a loss. */
    public static final LossMasks NONE = new LossMasks(NegativeMask.NONE, TruncatedAnswers.TRAIN);

    public LossMasks {
        negatives = Objects.requireNonNullElse(negatives, NegativeMask.NONE);
        truncatedAnswers = Objects.requireNonNullElse(truncatedAnswers, TruncatedAnswers.TRAIN);
    }
}
