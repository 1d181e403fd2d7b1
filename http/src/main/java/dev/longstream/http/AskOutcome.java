package dev.longstream.http;

import org.jspecify.annotations.Nullable;

/**
 * Says how a question to a server ended.
 *
 * @param value    the reply as read; null where there is none
 * @param end      why it ended
 * @param problem  the last fault in words; empty where there is a value
 * @param status   HTTP status of the last attempt; 0 when it had no reply
 * @param attempts requests made
 */
public record AskOutcome<T>(@Nullable T value, End end, String problem, int status, int attempts) {
    /** Reason of an end. */
    public enum End {
        /** A reply was understood. */
        ANSWERED,
        /** The server refuses the question, and would again. */
        REFUSED,
        /** Too many replies were not understood. */
        UNCLEAR,
        /** The server was busy or unreachable until the time or the attempts were used up. */
        GAVE_UP
    }

    /**
     * A reply's body as read.
     *
     * @param value   null where the body is not understood
     * @param problem says what the body is instead; empty where there is a value
     */
    public record Reading<T>(@Nullable T value, String problem) {}
}
