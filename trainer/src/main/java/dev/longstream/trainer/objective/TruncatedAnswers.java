package dev.longstream.trainer.objective;

/** Treatment of answers that the length limit cut. Their rewards count in the advantages of their group in either case. */
public enum TruncatedAnswers {
    /** Truncated answers are trained on like all others. */
    TRAIN,
    /**
     * Truncated answers have no loss and are in no denominator: DAPO's overlong filtering (arXiv 2503.14476), TRL's
     * {@code mask_truncated_completions}.
     */
    LEAVE_OUT
}
