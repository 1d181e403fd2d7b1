package dev.longstream.it.torture;

import java.time.Duration;

/**
 * A fault of a schedule.
 *
 * @param kind what happens
 * @param target name of the process, or suffix of the topic's name for {@link Kind#BAD_RECORD}
 * @param lasts time until it is undone; for a process that ends, time until it is started again
 * @param afterSteps gradient steps to wait for after the fault before is over; 0: this one begins during that one
 * @param delay time to wait after these steps, so that faults hit any part of a step
 */
record Fault(Kind kind, String target, Duration lasts, int afterSteps, Duration delay) {
    /** A kind says what happens to a process, to its connections to the broker, or to a topic. */
    enum Kind {
        /** SIGKILL. */
        KILL,
        /** SIGTERM. */
        TERM,
        /** SIGSTOP, later SIGCONT. */
        SUSPEND,
        /** Connections to the broker are reset, and new ones are closed at once. */
        CUT,
        /** Connections to the broker stay open and carry nothing. */
        FREEZE,
        /** Data on connections to the broker arrive late. */
        SLOW,
        /** Every write to a file fails, by a file-size limit of 0 on the process; it stands for a full disk. */
        FULL_DISK,
        /** Bytes that are no record of this topic. */
        BAD_RECORD
    }

    @Override
    public String toString() {
        return kind + " " + target;
    }
}
