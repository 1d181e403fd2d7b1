package dev.longstream.exports.metrics;

import com.google.protobuf.CodedInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class EventFileTest {
    @TempDir
    Path folder;

    private Path path() {
        return folder.resolve(EventFile.NAME);
    }

    /** The bytes were written by TensorBoard's own writer of records, for the same two events. */
    @Test
    void shouldWriteTheBytesThatTensorBoardWrites() throws IOException {
        // When
        try (EventFile file = new EventFile(folder)) {
            file.add(List.of(new MetricPoint("train/reward", 3, 1500, 0.5)));
            file.flush();
        }
        // Then
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(path())))
                .isEqualTo(
                        "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c220000000000000078113dfd09000000000000f83f10032a150a130a0c747261696e2f726577617264150000003f26aba9cf");
    }

    @Test
    void shouldGrowByWholeRecordsWithEveryFlush() throws IOException {
        // Given
        try (EventFile file = new EventFile(folder)) {
            file.add(List.of(new MetricPoint("a", 1, 0, 1), new MetricPoint("b", 1, 0, 2)));
            assertThat(path()).doesNotExist();
            file.flush();
            byte[] before = Files.readAllBytes(path());
            // When
            file.add(List.of(new MetricPoint("a", 2, 0, Double.NaN)));
            file.flush();
            // Then
            byte[] after = Files.readAllBytes(path());
            assertThat(Arrays.copyOf(after, before.length)).isEqualTo(before);
            assertThat(stepsOf(after)).containsExactly(0L, 1L, 2L);
        }
    }

    @Test
    void shouldReplaceTheFileOfAnEarlierExport() throws IOException {
        // Given
        Files.writeString(path(), "earlier");
        // When
        try (EventFile file = new EventFile(folder)) {
            file.add(List.of(new MetricPoint("a", 1, 0, 1)));
            assertThat(path()).hasContent("earlier");
            file.flush();
        }
        // Then
        assertThat(stepsOf(Files.readAllBytes(path()))).containsExactly(0L, 1L);
    }

    /** Steps of all events in a file; 0 for the event that names the format. */
    private static List<Long> stepsOf(byte[] file) throws IOException {
        List<Long> steps = new ArrayList<>();
        ByteBuffer rest = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        while (rest.hasRemaining()) {
            byte[] event = new byte[Math.toIntExact(rest.getLong())];
            rest.getInt();
            rest.get(event);
            rest.getInt();
            steps.add(step(event));
        }
        return steps;
    }

    private static long step(byte[] event) throws IOException {
        CodedInputStream fields = CodedInputStream.newInstance(event);
        for (int tag = fields.readTag(); tag != 0; tag = fields.readTag()) {
            if (tag >>> 3 == 2) {
                return fields.readInt64();
            }
            fields.skipField(tag);
        }
        return 0;
    }
}
