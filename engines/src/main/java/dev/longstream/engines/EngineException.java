package dev.longstream.engines;

/** A request to an engine that has no usable reply. */
final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * Creates the failure of a request.
     *
     * @param status HTTP status of the reply; 0 where no reply came
     */
    EngineException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Returns the HTTP status; 0 where no reply came. */
    int status() {
        return status;
    }

    /** Returns whether the request itself is at fault, so that it would fail again. */
    boolean isRefusal() {
        return status == 400 || status == 413 || status == 422;
    }
}
