package dev.longstream.runs.monitoring;

import dev.longstream.log.Topic;

import java.util.function.LongSupplier;

/** Place where a role keeps the offsets up to which it has read its topics. */
sealed interface ReadPosition {
    /**
     * Offsets that a consumer group commits.
     *
     * @param group name of the group
     * @param main topic that counts from its beginning as long as the group has committed nothing of it
     */
    record Committed(String group, Topic<?> main) implements ReadPosition {}

    /**
     * Acknowledgements of a share group, which reads a topic of one partition.
     *
     * @param group name of the group
     */
    record Shared(String group, Topic<?> queue) implements ReadPosition {}

    /**
     * An offset that the role keeps itself, of a topic of one partition.
     *
     * @param next returns the offset of the next record; negative while it is unknown
     */
    record Kept(Topic<?> topic, LongSupplier next) implements ReadPosition {}
}
