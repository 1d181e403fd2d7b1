package dev.longstream.http;

/** Writes the server's own errors in the format that its clients expect. */
@FunctionalInterface
public interface ErrorFormat {
    /**
     * Returns the error to send.
     *
     * @param status 400 (unreadable request), 401 (no valid credentials), 403 (for another host), 404 (no such path), 405 (wrong
     *     method), 408 (too slow), 413 (body too long), 415 (body is no JSON), 500 (a bug), 503 (full, or stopping), or another one that
     *     the HTTP parser gives
     * @param message says what was found and what was expected
     */
    HttpError error(int status, String message);
}
