package dev.longstream.runs.failure;

/** Thrown when a role of a run, such as the trainer or a rollout worker, has failed. */
public final class RoleFailedException extends RuntimeException {
    /**
     * Creates the exception.
     *
     * @param message the role and the reason
     * @param cause failure of the role
     */
    public RoleFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
