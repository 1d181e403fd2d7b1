package dev.longstream.runs.audit;

/** Fate of a trajectory: where it ended. A trajectory has exactly one fate at any moment. */
public enum Fate {
    /** A gradient step consumed its batch. */
    TRAINED,
    /** Its group was rejected, since its rewards were all equal or too few. */
    FILTERED,
    /** It repeats an earlier (group, sample), because the assignment was delivered twice. */
    DUPLICATE,
    /** Its group is trainable, but batching has passed it over, so that no step will train it. Strict order leaves none. */
    STALE,
    /** It has no answer or no reward: sampling or the judge failed, time ran out, or the record is unusable. */
    FAILED,
    /** Its processing is not finished. */
    IN_FLIGHT
}
