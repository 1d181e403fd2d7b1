package dev.longstream.trainer.objective;

/** A loss on the log-probabilities of answers. */
public interface Objective {
    /** The part of the batch's loss that {@code inputs} contribute; a pure function. */
    Loss evaluate(LossInputs inputs);

    /**
     * Whether the loss of a token depends on other answers' log-probabilities or entropies, so that all of them have to be
     * known before the first gradient is.
     */
    boolean needsWholeBatch();

    /** Whether {@link LossInputs#reference()} takes part. */
    boolean needsReference();
}
