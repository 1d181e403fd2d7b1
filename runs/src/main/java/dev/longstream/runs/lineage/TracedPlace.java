package dev.longstream.runs.lineage;

import dev.longstream.log.Topic;
import dev.longstream.record.RecordRef;

/**
 * Place of a record on the log.
 *
 * @param topic full name of the topic, which begins with the name of the run
 * @param partition partition of the topic
 * @param offset offset in the partition
 */
public record TracedPlace(String topic, int partition, long offset) {
    static TracedPlace of(Topic<?> topic, RecordRef reference) {
        return new TracedPlace(topic.name(), reference.getPartition(), reference.getOffset());
    }

    /** Returns the place without the topic. */
    RecordRef reference() {
        return new RecordRef(partition, offset);
    }

    /** Returns partition and offset, e.g. {@code 1:523}. */
    @Override
    public String toString() {
        return partition + ":" + offset;
    }
}
