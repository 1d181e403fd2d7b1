package dev.longstream.trainer.objective;

/** Loss as a function of the log-probabilities of answers. */
public interface Objective {
    /** Computes the contribution of {@code inputs} to the batch's loss, as a pure function. */
    Loss evaluate(LossInputs inputs);

    /**
     * Returns whether the loss of a token depends on log-probabilities or entropies of other answers. Such a loss needs
     * the forward pass of the whole batch before its first gradient.
     */
    boolean needsWholeBatch();

    /** Returns whether the loss uses {@link LossInputs#reference()}. */
    boolean needsReference();
}
