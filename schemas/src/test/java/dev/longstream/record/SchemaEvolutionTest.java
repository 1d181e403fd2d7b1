package dev.longstream.record;

import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.SchemaParser;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Programs of every released version read each other's records: FULL_TRANSITIVE, checked against the copies in released/. */
class SchemaEvolutionTest {
    private static final Path RELEASED = Path.of("src/test/resources/released");

    static Stream<Path> releases() throws IOException {
        return Files.list(RELEASED).sorted();
    }

    static Stream<Topic<?>> topics() {
        return new Topics("run", 4).all().stream().map(topic -> topic);
    }

    @ParameterizedTest
    @MethodSource("releases")
    void shouldReadAndBeReadByEveryRelease(Path release) {
        for (Topic<?> topic : topics().toList()) {
            Schema today = SpecificData.get().getSchema(topic.value());
            released(release, today.getFullName()).forEach(then -> {
                assertThat(compatibility(today, then))
                        .as("reading %s of %s", today, release)
                        .isEmpty();
                assertThat(compatibility(then, today))
                        .as("being read by %s", release)
                        .isEmpty();
            });
        }
    }

    @Test
    void shouldRefuseAFieldWithoutADefault() {
        Schema today = Weights.getClassSchema();
        String changed = SchemaFormatter.format("json/inline", today)
                .replace("{\"name\":\"bytes\"", "{\"name\":\"shards\",\"type\":\"int\"},{\"name\":\"bytes\"");

        Schema tomorrow = SchemaParser.parseSingle(changed);

        assertThat(tomorrow.getField("shards")).isNotNull();
        assertThat(compatibility(tomorrow, today)).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void shouldExplainEveryField(Topic<?> topic) {
        Schema schema = SpecificData.get().getSchema(topic.value());

        assertThat(schema.getDoc()).as("doc of %s", schema.getName()).isNotBlank();
        assertThat(schema.getFields()).allSatisfy(field -> assertThat(field.doc())
                .as("doc of %s.%s", schema.getName(), field.name())
                .isNotBlank());
    }

    private static List<String> compatibility(Schema reader, Schema writer) {
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        return result.getType() == SchemaCompatibilityType.COMPATIBLE
                ? List.of()
                : result.getResult().getIncompatibilities().stream()
                        .map(incompatibility -> incompatibility.getLocation() + ": " + incompatibility.getMessage())
                        .toList();
    }

    /** The schema as it was released; none where the release did not have it yet. */
    private static Stream<Schema> released(Path release, String name) {
        try (Stream<Path> files = Files.list(release)) {
            SchemaParser parser = new SchemaParser();
            for (Path file : files.sorted().toList()) {
                parser.parse(file);
            }
            return parser.getParsedNamedSchemas().stream()
                    .filter(schema -> schema.getFullName().equals(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
