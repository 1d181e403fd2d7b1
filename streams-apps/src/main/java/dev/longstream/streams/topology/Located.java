package dev.longstream.streams.topology;

import dev.longstream.record.DeadLetter;
import dev.longstream.record.RecordRef;
import org.apache.avro.specific.SpecificRecord;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A record and its position in the log.
 *
 * @param value the record
 * @param stage name of the stage that reads it
 * @param topic full name of the topic
 * @param partition partition of the topic
 * @param offset offset in the partition
 * @param timestamp timestamp of the record, ms since 1970
 * @param raw the record's value in bytes, for a dead letter
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy of a long answer for each reader would be expensive
public record Located<V extends SpecificRecord>(
        V value, String stage, String topic, int partition, long offset, long timestamp, byte[] raw) {
    private static final int MEBIBYTE = 1 << 20;
    /** Bytes that a dead letter needs beside the copied value. */
    private static final int ENVELOPE_BYTES = 64 << 10;

    private static final int MAX_COPIED_BYTES = 16 * MEBIBYTE - ENVELOPE_BYTES;

    /** Returns the record's position as a reference within its topic. */
    public RecordRef reference() {
        return new RecordRef(partition, offset);
    }

    /** Returns the dead letter of a record that its reader cannot use, with the record's timestamp. */
    public DeadLetter refusal(String reason) {
        return refusal(stage, topic, partition, offset, timestamp, raw, reason);
    }

    static DeadLetter refusal(
            String stage, String topic, int partition, long offset, long timestamp, byte[] raw, String reason) {
        boolean fits = raw.length <= MAX_COPIED_BYTES;
        return DeadLetter.newBuilder()
                .setStage(stage)
                .setTopic(topic)
                .setPartition(partition)
                .setOffset(offset)
                .setReason(fits ? reason : reason + " (its " + raw.length + " bytes are too large to be copied here)")
                .setValue(ByteBuffer.wrap(fits ? raw : new byte[0]))
                .setAt(Instant.ofEpochMilli(timestamp))
                .build();
    }
}
