package dev.longstream.streams.topology;

import dev.longstream.record.DeadLetter;
import dev.longstream.record.RecordRef;
import org.apache.avro.specific.SpecificRecord;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A record and where it lies in the log.
 *
 * @param value the record
 * @param stage who reads it
 * @param topic full name
 * @param partition of the topic
 * @param offset in the partition
 * @param timestamp of the record, ms since 1970
 * @param raw the record's value as it was, for whoever must refuse it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copying a long answer for each reader would cost
public record Located<V extends SpecificRecord>(
        V value, String stage, String topic, int partition, long offset, long timestamp, byte[] raw) {
    /** Room in a dead letter for what is not the value. */
    private static final int ENVELOPE_BYTES = 64 << 10;

    private static final int LARGEST_COPY = (16 << 20) - ENVELOPE_BYTES;

    public RecordRef reference() {
        return new RecordRef(partition, offset);
    }

    /** @return the dead letter of a record that its reader cannot use, dated like the record */
    public DeadLetter refusal(String reason) {
        return refusal(stage, topic, partition, offset, timestamp, raw, reason);
    }

    static DeadLetter refusal(
            String stage, String topic, int partition, long offset, long timestamp, byte[] raw, String reason) {
        boolean fits = raw.length <= LARGEST_COPY;
        return DeadLetter.newBuilder()
                .setStage(stage)
                .setTopic(topic)
                .setPartition(partition)
                .setOffset(offset)
                .setReason(fits ? reason : reason + " (its " + raw.length + " bytes are not copied: too many)")
                .setValue(ByteBuffer.wrap(fits ? raw : new byte[0]))
                .setAt(Instant.ofEpochMilli(timestamp))
                .build();
    }
}
