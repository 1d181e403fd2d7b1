package dev.longstream.exports.tables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.questions.parquet.ParquetRows;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class RowFileTest {
    private static final Schema TIME = LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
    private static final Schema INNER = SchemaBuilder.record("Inner")
            .fields()
            .requiredString("name")
            .name("scores")
            .type()
            .array()
            .items()
            .floatType()
            .noDefault()
            .endRecord();
    private static final Schema SCHEMA = SchemaBuilder.record("Row")
            .fields()
            .requiredInt("number")
            .optionalDouble("reward")
            .requiredBoolean("flag")
            .name("at")
            .type(TIME)
            .noDefault()
            .name("bytes")
            .type()
            .bytesType()
            .noDefault()
            .name("inner")
            .type(Schema.createArray(INNER))
            .noDefault()
            .name("seconds")
            .type(Schema.createMap(Schema.create(Schema.Type.DOUBLE)))
            .noDefault()
            .name("gaps")
            .type()
            .array()
            .items()
            .nullable()
            .intType()
            .noDefault()
            .endRecord();

    @TempDir
    Path folder;

    private static GenericData.Record row(int number, Double reward) {
        GenericData.Record inner = new GenericRecordBuilder(INNER)
                .set("name", "é" + number)
                .set("scores", List.of(0.5f, -1f))
                .build();
        return new GenericRecordBuilder(SCHEMA)
                .set("number", number)
                .set("reward", reward)
                .set("flag", number == 1)
                .set("at", Instant.parse("2026-01-31T12:00:00.250Z"))
                .set("bytes", ByteBuffer.wrap("ab".getBytes(StandardCharsets.UTF_8)))
                .set("inner", number == 1 ? List.of(inner, inner) : List.of())
                .set("seconds", Map.of("fetch", 0.25))
                .set("gaps", Arrays.asList(null, 7))
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadBackEveryTypeOfColumn(RowFormat format) throws IOException {
        // Given
        Path path = folder.resolve("rows." + format.extension());
        // When
        try (RowFile file = format.create(path, SCHEMA)) {
            file.write(row(1, 0.75));
            file.write(row(2, null));
            file.publish();
        }
        // Then
        List<JsonNode> rows = read(format, path);
        JsonNode first = rows.get(0);
        assertThat(rows).hasSize(2);
        assertThat(first.path("number").intValue()).isEqualTo(1);
        assertThat(first.path("reward").doubleValue()).isEqualTo(0.75);
        assertThat(first.path("flag").booleanValue()).isTrue();
        assertThat(first.path("at").asText()).startsWith("2026-01-31").contains("12:00:00.25");
        assertThat(first.path("inner").path(1).path("name").asText()).isEqualTo("é1");
        assertThat(first.path("inner").path(1).path("scores").path(1).floatValue())
                .isEqualTo(-1f);
        assertThat(first.path("seconds").toString()).contains("fetch", "0.25");
        assertThat(first.path("gaps")).hasSize(2);
        assertThat(first.path("gaps").path(0).isNumber()).isFalse();
        assertThat(first.path("gaps").path(1).intValue()).isEqualTo(7);
        assertThat(rows.get(1).path("reward").isNumber()).isFalse();
        assertThat(rows.get(1).path("inner")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveNoNameUntilItIsComplete(RowFormat format) throws IOException {
        // Given
        Path path = folder.resolve("rows");
        Files.writeString(path, "of an earlier export");
        // When
        try (RowFile file = format.create(path, SCHEMA)) {
            file.write(row(1, 1.0));
        }
        // Then
        assertThat(path).hasContent("of an earlier export");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeReadableWithoutRows(RowFormat format) throws IOException {
        // Given
        Path path = folder.resolve("rows");
        // When
        try (RowFile file = format.create(path, SCHEMA)) {
            file.publish();
        }
        // Then
        assertThat(read(format, path)).isEmpty();
    }

    @Test
    void shouldWriteNullForANumberThatJsonCannotExpress() throws IOException {
        // Given
        Path path = folder.resolve("rows.jsonl");
        // When
        try (RowFile file = RowFormat.JSONL.create(path, SCHEMA)) {
            file.write(row(1, Double.NaN));
            file.publish();
        }
        // Then
        assertThat(read(RowFormat.JSONL, path).get(0).path("reward").isNull()).isTrue();
    }

    @Test
    void shouldReadBackRowsOfSeveralRowGroups() throws IOException {
        // Given
        Schema schema = SchemaBuilder.record("Large")
                .fields()
                .requiredInt("number")
                .name("bytes")
                .type()
                .bytesType()
                .noDefault()
                .endRecord();
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        Path path = folder.resolve("large.parquet");
        // When
        try (RowFile file = RowFormat.PARQUET.create(path, schema)) {
            for (int i = 0; i < 40; i++) {
                noise[0] = (byte) i;
                file.write(new GenericRecordBuilder(schema)
                        .set("number", i)
                        .set("bytes", ByteBuffer.wrap(noise.clone()))
                        .build());
            }
            file.publish();
        }
        // Then
        List<Integer> numbers = new ArrayList<>();
        ParquetRows.read(
                path, (row, record) -> numbers.add(record.path("number").intValue()));
        assertThat(numbers).hasSize(40).isSorted().doesNotHaveDuplicates();
        assertThat(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1).split("longstream"))
                .as("one footer")
                .hasSize(2);
    }

    private static List<JsonNode> read(RowFormat format, Path path) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        if (format == RowFormat.PARQUET) {
            ParquetRows.read(path, (row, record) -> rows.add(record));
        } else {
            for (String line : Files.readAllLines(path)) {
                rows.add(new ObjectMapper().readTree(line));
            }
        }
        return rows;
    }
}
