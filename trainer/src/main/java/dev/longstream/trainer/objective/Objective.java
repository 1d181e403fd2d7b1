package dev.longstream.trainer.objective;

/** A loss on the log-probabilities of answers. */
@FunctionalInterface
public interface Objective {
    /** The part of the batch's loss that {@code inputs} contribute; a pure function. */
    Loss evaluate(LossInputs inputs);
}
