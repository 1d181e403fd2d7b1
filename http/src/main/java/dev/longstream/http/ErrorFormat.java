package dev.longstream.http;

/** Writes the server's own errors in the format that its clients expect. */
@FunctionalInterface
public interface ErrorFormat {
    /**
     * Returns the error to send.
     *
     * @param status 400 (unreadable request), 404 (no such path), 405 (wrong method), 413 (body too long), 500 (a bug) or 503 (stopping)
     * @param message says what was found and what was expected
     */
    HttpError error(int status, String message);
}
