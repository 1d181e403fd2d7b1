package dev.longstream.runs.lineage;

import org.jspecify.annotations.Nullable;

/**
 * The way of an assignment through the stages.
 *
 * @param run name of the run whose log holds it
 * @param groupId id of the assignment and of its group
 * @param phase phase of the assignment; null: the assignment is not on the log
 * @param admittedVersion policy version at admission; null: the assignment is not on the log
 * @param admittedAt time of admission, ISO 8601; null: the assignment is not on the log
 * @param state how far it has come
 * @param reason explanation of the state, in words
 * @param batch number of the batch that contains its group; null: none
 * @param version policy version that a step on this batch made; null: none
 */
public record TracedPath(
        String run,
        String groupId,
        @Nullable String phase,
        @Nullable Long admittedVersion,
        @Nullable String admittedAt,
        PathState state,
        String reason,
        @Nullable Long batch,
        @Nullable Long version) {

    /** Progress of an assignment through the stages. */
    public enum PathState {
        /** Its group is not complete: answers or scores are missing. */
        OPEN,
        /** Its group is complete and was rejected. */
        REJECTED,
        /** Its group is complete and in no batch yet. */
        WAITING,
        /** Its group is in a batch that no step has consumed yet. */
        BATCHED,
        /** A step has trained on it. */
        TRAINED,
        /** It was trained or rejected, and its records were removed from the log. */
        REMOVED
    }
}
