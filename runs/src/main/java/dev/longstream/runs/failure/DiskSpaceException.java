package dev.longstream.runs.failure;

/** Thrown when a run stops because a disk is nearly full. */
public final class DiskSpaceException extends RuntimeException {
    /**
     * Creates the exception.
     *
     * @param message the folder, the free space that was found and expected, and what to do
     */
    public DiskSpaceException(String message) {
        super(message);
    }
}
