package dev.longstream.runs.failure;

/** A role of a run, such as the trainer or a sampler, ended with a failure. */
public final class RoleFailedException extends RuntimeException {
    /**
     * @param message the role and its reason
     * @param cause the failure behind it
     */
    public RoleFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
