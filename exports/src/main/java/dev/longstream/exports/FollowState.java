package dev.longstream.exports;

/** State of a run that an export follows. */
public enum FollowState {
    /** More records may come. */
    UNDER_WAY,
    /** The user has interrupted, or the run has ended: what is on the log is exported once more. */
    OVER,
    /** The run's broker has stopped with its process: nothing can be read any more. */
    GONE
}
