package dev.longstream.exports.metrics;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.longstream.exports.tables.PartialFile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * An event file, which TensorBoard reads. It has its name after the first {@link #flush}, and grows by whole records with every
 * further one. Its bytes depend on the metrics alone, so that a file of more metrics begins with the bytes of one of fewer.
 *
 * <p>The file is a sequence of records as TFRecord frames them: length, checksum of the length, bytes, checksum of the bytes.
 * Each record is a message {@code Event} of TensorFlow's {@code event.proto}.
 */
public final class EventFile implements MetricSink {
    /** Name of the file; TensorBoard looks for names with "tfevents". */
    public static final String NAME = "events.out.tfevents.0.longstream";

    private static final String VERSION = "brain.Event:2";
    private static final double MILLIS = 1000;
    private static final int FRAME_BYTES = Long.BYTES + 2 * Integer.BYTES;
    private static final int MASK = 0xa282ead8;
    private static final int MASK_ROTATION = 15;

    // Field numbers of event.proto and summary.proto.
    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE_VALUE = 2;

    /** Writes the fields of a message. */
    private interface Fields {
        void write(CodedOutputStream message) throws IOException;
    }

    private final PartialFile file;
    private boolean begun;
    private boolean published;

    /**
     * Begins the file in a folder, in place of one that is there.
     *
     * @param folder log folder of the run
     */
    public EventFile(Path folder) {
        this.file = new PartialFile(folder.resolve(NAME));
    }

    @Override
    public void add(List<MetricPoint> points) {
        if (points.isEmpty()) {
            return;
        }
        MetricPoint first = points.get(0);
        begin(first.at());
        ByteString summary = message(values -> {
            for (MetricPoint point : points) {
                values.writeBytes(SUMMARY_VALUE, value(point));
            }
        });
        record(message(event -> {
            event.writeDouble(EVENT_WALL_TIME, first.at() / MILLIS);
            event.writeInt64(EVENT_STEP, first.step());
            event.writeBytes(EVENT_SUMMARY, summary);
        }));
    }

    /** Writes the record that names the format, once. */
    private void begin(long at) {
        if (!begun) {
            begun = true;
            record(message(event -> {
                event.writeDouble(EVENT_WALL_TIME, at / MILLIS);
                event.writeString(EVENT_FILE_VERSION, VERSION);
            }));
        }
    }

    private static ByteString value(MetricPoint point) {
        return message(value -> {
            value.writeString(VALUE_TAG, point.name());
            value.writeFloat(VALUE_SIMPLE_VALUE, (float) point.value());
        });
    }

    private static ByteString message(Fields fields) {
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream message = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(message);
            message.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteString();
    }

    private void record(ByteString event) {
        byte[] bytes = event.toByteArray();
        ByteBuffer length =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length);
        file.write(ByteBuffer.allocate(FRAME_BYTES + bytes.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(length.array())
                .putInt(maskedChecksum(length.array()))
                .put(bytes)
                .putInt(maskedChecksum(bytes))
                .array());
    }

    private static int maskedChecksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return Integer.rotateRight((int) checksum.getValue(), MASK_ROTATION) + MASK;
    }

    @Override
    public void flush() {
        if (published) {
            file.flush();
        } else {
            file.publish();
            published = true;
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
