package dev.longstream.log;

import org.apache.avro.specific.SpecificRecord;

/**
 * A topic of a run, with its record class and settings.
 *
 * @param <V> class of its records
 * @param name full name, which begins with the run's name
 * @param value class of its records
 * @param key meaning of the record key, e.g. "group id"
 * @param partitions number of partitions
 * @param cleanup records that Kafka may remove
 * @param maxRecordBytes largest record batch that the broker accepts, in bytes
 */
public record Topic<V extends SpecificRecord>(
        String name, Class<V> value, String key, int partitions, Cleanup cleanup, int maxRecordBytes) {

    /** Records that Kafka may remove from a topic. None is ever removed by age, because replay needs the whole log. */
    public enum Cleanup {
        /** No record is removed, because other records refer to these by offset. */
        KEEP,
        /** All records of a key but the newest may be removed. */
        COMPACT
    }

    /** Returns the subject of the value's schema in the registry (Confluent's topic-name strategy). */
    public String subject() {
        return name + "-value";
    }
}
