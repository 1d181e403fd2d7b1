package dev.longstream.runs.launch;

import dev.longstream.log.EventLog;

/** Work beside a run in the same process, such as a page that shows it. */
@FunctionalInterface
public interface RunCompanion {
    /** Does nothing. */
    RunCompanion NONE = log -> () -> {};

    /** Starts the work and returns at once. */
    Opened open(EventLog log);

    /** Ends the work when it is closed. */
    @FunctionalInterface
    interface Opened extends AutoCloseable {
        @Override
        void close();
    }
}
