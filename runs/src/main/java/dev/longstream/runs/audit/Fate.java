package dev.longstream.runs.audit;

/** What became of a trajectory. It has exactly one fate at any moment. */
public enum Fate {
    /** In a batch that a gradient step consumed. */
    TRAINED,
    /** In a group with nothing to learn from: all rewards equal, or too few of them. */
    FILTERED,
    /** Second or later of its (group, sample): the assignment was delivered again. */
    DUPLICATE,
    /** In a complete group that batching went past, so that no step will train it. Strict order leaves none. */
    STALE,
    /** No answer or no reward: the machinery or the judge broke, time ran out, or the record could not be used. */
    FAILED,
    /** On its way. */
    IN_FLIGHT
}
