package dev.longstream.http;

import com.fasterxml.jackson.databind.JsonNode;

/** Error of a request, with an HTTP status and a JSON body. A handler throws it to end the request. */
public abstract class HttpError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * Creates an error with a status.
     *
     * @param status HTTP status, from 400 to 599
     */
    protected HttpError(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Returns the HTTP status. */
    public final int status() {
        return status;
    }

    /** Returns the body that the client reads. */
    public abstract JsonNode body();

    /** Returns the seconds of the header {@code Retry-After}; 0 sends no such header. */
    public int retryAfterSeconds() {
        return 0;
    }
}
