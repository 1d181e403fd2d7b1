package dev.longstream.http;

import org.jspecify.annotations.Nullable;

/**
 * Outcome of one request to a server, after all its attempts.
 *
 * @param value parsed reply; null without one
 * @param end reason of the end
 * @param problem description of the last failure; empty with a value
 * @param status HTTP status of the last attempt; 0 without a reply
 * @param attempts number of attempts
 */
public record AskOutcome<T>(@Nullable T value, End end, String problem, int status, int attempts) {
    /** Reason why there are no further attempts. */
    public enum End {
        /** A reply was parsed. */
        ANSWERED,
        /** The server refused the request and would refuse it again. */
        REFUSED,
        /** Too many replies could not be parsed. */
        UNCLEAR,
        /** The server was busy or unreachable until the limit of time or attempts. */
        GAVE_UP
    }

    /**
     * Result of parsing the body of a reply.
     *
     * @param value parsed value; null if the body is not valid
     * @param problem description of the invalid body; empty with a value
     */
    public record Reading<T>(@Nullable T value, String problem) {}
}
