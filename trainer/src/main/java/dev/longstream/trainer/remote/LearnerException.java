package dev.longstream.trainer.remote;

/** Signals that a learner process refused a call, or could not execute it and would not the next time either. */
public final class LearnerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Creates an exception.
     *
     * @param message the address, the call, what the learner said and what to do
     */
    public LearnerException(String message) {
        super(message);
    }
}
