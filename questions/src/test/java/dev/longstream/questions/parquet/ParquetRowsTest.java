package dev.longstream.questions.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ParquetRowsTest {
    private static final MessageType NAMED =
            MessageTypeParser.parseMessageType("message m { required binary name; optional int64 size; }");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "PARQUET_1_0, SNAPPY",
        "PARQUET_1_0, GZIP",
        "PARQUET_1_0, UNCOMPRESSED",
        "PARQUET_2_0, ZSTD",
        "PARQUET_2_0, UNCOMPRESSED"
    })
    void shouldReadEveryRowOfEveryPageWhateverWroteIt(WriterVersion version, CompressionCodec codec)
            throws IOException {
        // Given
        // Names recur, so they get a dictionary; some sizes are absent; the file has several pages.
        List<Group> all = new ArrayList<>();
        for (int i = 0; i < 95; i++) {
            Group group = new SimpleGroup(NAMED).append("name", "nämé " + i % 7);
            all.add(i % 3 == 0 ? group : group.append("size", (long) i));
        }
        Path file = new WrittenParquet(NAMED, version, codec)
                .rowGroup(all.subList(0, 60))
                .rowGroup(all.subList(60, 95))
                .to(folder.resolve("x.parquet"));
        // When
        List<JsonNode> rows = read(file);
        // Then
        assertThat(rows)
                .containsExactlyElementsOf(IntStream.range(0, 95)
                        .mapToObj(
                                i -> json("{'name': 'nämé %d', 'size': %s}".formatted(i % 7, i % 3 == 0 ? "null" : i)))
                        .toList());
    }

    @Test
    void shouldReadListsAndStructsInThemAsJsonHasThem() throws IOException {
        // Given
        // Lists are in today's layout, in the older one, and with an empty entry.
        MessageType schema = MessageTypeParser.parseMessageType(
                """
                message m {
                  optional group messages (LIST) { repeated group list { optional group element { required binary role; } } }
                  optional group old (LIST) { repeated group array { required binary only; } }
                  optional group words (LIST) { repeated group list { optional binary element; } }
                }""");
        Group row = new SimpleGroup(schema);
        Group messages = row.addGroup("messages");
        messages.addGroup(0).addGroup(0).append("role", "user");
        messages.addGroup(0).addGroup(0).append("role", "assistant");
        row.addGroup("old").addGroup(0).append("only", "x");
        Group words = row.addGroup("words");
        words.addGroup(0).append("element", "a");
        words.addGroup(0);
        Path file = new WrittenParquet(schema, WriterVersion.PARQUET_1_0, CompressionCodec.SNAPPY)
                .rowGroup(List.of(row, new SimpleGroup(schema)))
                .to(folder.resolve("x.parquet"));
        // Then
        assertThat(read(file))
                .containsExactly(
                        json(
                                "{'messages': [{'role': 'user'}, {'role': 'assistant'}], 'old': [{'only': 'x'}], 'words': ['a', null]}"),
                        json("{'messages': null, 'old': null, 'words': null}"));
    }

    @Test
    void shouldReadNumbersAsAPersonWouldWriteThem() throws IOException {
        MessageType schema = MessageTypeParser.parseMessageType(
                """
                message m {
                  required boolean b; required int32 i; required float f; required double d; required double none;
                  required int32 money (DECIMAL(9,2)); required binary much (DECIMAL(20,1));
                }""");
        Group row = new SimpleGroup(schema)
                .append("b", true)
                .append("i", -7)
                .append("f", 0.1f)
                .append("d", 2.5)
                .append("none", Double.NaN)
                .append("money", -1234)
                .append("much", Binary.fromConstantByteArray(new byte[] {0, -1}));
        Path file = new WrittenParquet(schema, WriterVersion.PARQUET_1_0, CompressionCodec.UNCOMPRESSED)
                .rowGroup(List.of(row))
                .to(folder.resolve("x.parquet"));

        assertThat(read(file).get(0).toString())
                .isEqualTo("{\"b\":true,\"i\":-7,\"f\":0.1,\"d\":2.5,\"none\":\"NaN\",\"money\":-12.34,\"much\":25.5}");
    }

    @Test
    void shouldReadColumnsAsWhatTheyMean() throws IOException {
        MessageType schema = MessageTypeParser.parseMessageType(
                """
                message m {
                  required int32 day (DATE); required int64 utc (TIMESTAMP(MICROS,true));
                  required int64 local (TIMESTAMP(MICROS,false)); required int64 time (TIME(MICROS,true));
                  required int32 u (INTEGER(32,false)); required int64 big (INTEGER(64,false));
                  optional group options (MAP) {
                    repeated group key_value { required binary key; optional binary value; } }
                }""");
        Group row = new SimpleGroup(schema)
                .append("day", 19849)
                .append("utc", 1_714_998_896_500_000L)
                .append("local", 1_714_998_896_500_000L)
                .append("time", 45_296_000_000L)
                .append("u", -2)
                .append("big", -1L);
        Group options = row.addGroup("options");
        options.addGroup(0).append("key", "A").append("value", "Paris");
        options.addGroup(0).append("key", "B");
        Path file = new WrittenParquet(schema, WriterVersion.PARQUET_1_0, CompressionCodec.SNAPPY)
                .rowGroup(List.of(row))
                .to(folder.resolve("x.parquet"));

        assertThat(read(file))
                .containsExactly(
                        json(
                                "{'day': '2024-05-06', 'utc': '2024-05-06T12:34:56.500Z', 'local': '2024-05-06T12:34:56.500', 'time': '12:34:56', 'u': 4294967294, 'big': 18446744073709551615, 'options': {'A': 'Paris', 'B': null}}"));
    }

    @Test
    void shouldReadNoRowsOfATableThatHasNone() throws IOException {
        Path file = new WrittenParquet(NAMED, WriterVersion.PARQUET_1_0, CompressionCodec.SNAPPY)
                .rowGroup(List.of())
                .to(folder.resolve("x.parquet"));

        assertThat(read(file)).isEmpty();
    }

    @Test
    void shouldStopWhenTheReaderHasEnough() throws IOException {
        Group row = new SimpleGroup(NAMED).append("name", "a");
        Path file = new WrittenParquet(NAMED, WriterVersion.PARQUET_1_0, CompressionCodec.SNAPPY)
                .rowGroup(List.of(row, row, row))
                .to(folder.resolve("x.parquet"));
        List<Long> places = new ArrayList<>();

        ParquetRows.read(file, (place, record) -> places.add(place) && place < 2);

        assertThat(places).containsExactly(1L, 2L);
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() throws IOException {
        Group row = new SimpleGroup(NAMED).append("name", "a");
        Path brotli = new WrittenParquet(NAMED, WriterVersion.PARQUET_1_0, CompressionCodec.BROTLI)
                .rowGroup(List.of(row))
                .to(folder.resolve("x.parquet"));
        Path brokenOff = Files.write(
                folder.resolve("y.parquet"), Arrays.copyOf(Files.readAllBytes(brotli), (int) Files.size(brotli) - 9));

        assertThatThrownBy(() -> read(brotli))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("row 1")
                .hasMessageContaining("column name is compressed by BROTLI, expected one of SNAPPY, ZSTD");
        assertThatThrownBy(() -> read(brokenOff))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("breaks off");
    }

    private static List<JsonNode> read(Path file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        ParquetRows.read(file, (place, record) -> rows.add(json(record.toString())));
        return rows;
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
