package dev.longstream.log;

import org.apache.avro.specific.SpecificRecord;

/**
 * One topic of a run.
 *
 * @param <V> its records
 * @param name full name, the run's name as prefix
 * @param value class of its records
 * @param key what the record key is, in words
 * @param partitions how many
 * @param cleanup what Kafka may remove
 * @param maxRecordBytes largest record batch the broker takes
 */
public record Topic<V extends SpecificRecord>(
        String name, Class<V> value, String key, int partitions, Cleanup cleanup, int maxRecordBytes) {

    /** What Kafka may remove from a topic. Nothing is ever removed by age: replay needs the whole log. */
    public enum Cleanup {
        /** Nothing: others refer to records by offset. */
        KEEP,
        /** All but the newest record of a key. */
        COMPACT
    }

    /** Subject of the value's schema in the registry (Confluent's topic-name strategy). */
    public String subject() {
        return name + "-value";
    }
}
