package dev.longstream.registry;

import dev.longstream.stack.LocalStack;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaMetadata;
import io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import io.confluent.kafka.schemaregistry.client.rest.entities.SubjectVersion;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Requests of Confluent's client and serializers to a schema registry: this project's, or the one at {@code
 * -Dlongstream.registry.url=http://host:8081}.
 */
@Timeout(120)
class ConformanceTest {
    private static final String ONE_FIELD =
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}";
    private static final String OPTIONAL_FIELD_MORE = "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
            + "{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"string\",\"default\":\"\"}]}";
    private static final String REQUIRED_FIELD_MORE = "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
            + "{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"string\"}]}";
    private static final String OTHER_TYPE =
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"string\"}]}";

    @TempDir
    static Path folder;

    private static LocalStack stack;
    private static String url;

    private final String subject = "s-" + UUID.randomUUID();
    private final CachedSchemaRegistryClient client = new CachedSchemaRegistryClient(url, 100);

    @BeforeAll
    static void start() {
        url = System.getProperty("longstream.registry.url", "");
        if (url.isEmpty()) {
            stack = LocalStack.start(LocalStack.Settings.in(folder));
            url = stack.registryUrl();
        }
    }

    @AfterAll
    static void stop() {
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    void shouldFindARegisteredSchemaByIdVersionAndText() throws Exception {
        // When
        int id = client.register(subject, schema(ONE_FIELD));

        // Then
        CachedSchemaRegistryClient another = new CachedSchemaRegistryClient(url, 100);
        assertThat(another.getSchemaById(id)).isEqualTo(schema(ONE_FIELD));
        assertThat(another.getSchemaBySubjectAndId(subject, id)).isEqualTo(schema(ONE_FIELD));
        assertThat(another.getId(subject, schema(ONE_FIELD))).isEqualTo(id);
        assertThat(another.getVersion(subject, schema(ONE_FIELD))).isEqualTo(1);
        assertThat(another.getAllVersions(subject)).containsExactly(1);
        assertThat(another.getAllSubjects()).contains(subject);
        assertThat(another.getAllSubjectsByPrefix(subject.substring(0, 20))).containsExactly(subject);
        assertThat(another.getAllSubjectsById(id)).contains(subject);
        assertThat(another.getAllVersionsById(id)).contains(new SubjectVersion(subject, 1));
        SchemaMetadata latest = another.getLatestSchemaMetadata(subject);
        assertThat(latest.getId()).isEqualTo(id);
        assertThat(latest.getVersion()).isEqualTo(1);
        assertThat(latest.getSchemaType()).isEqualTo("AVRO");
        assertThat(latest.getSchema()).isEqualTo(schema(ONE_FIELD).canonicalString());
        assertThat(another.getSchemaMetadata(subject, 1).getId()).isEqualTo(id);
        assertThat(another.getByVersion(subject, 1, false).getSchema())
                .isEqualTo(schema(ONE_FIELD).canonicalString());
        assertThat(another.getSchemas(subject, false, true)).containsExactly(schema(ONE_FIELD));
    }

    @Test
    void shouldGiveTheSameSchemaTheSameIdInEverySubject() throws Exception {
        // When
        int first = client.register(subject, schema(ONE_FIELD));
        int again = new CachedSchemaRegistryClient(url, 100).register(subject, schema(ONE_FIELD));
        int elsewhere = client.register(subject + "-other", schema(ONE_FIELD));
        int different = client.register(subject, schema(OPTIONAL_FIELD_MORE));

        // Then
        assertThat(again).isEqualTo(first);
        assertThat(elsewhere).isEqualTo(first);
        assertThat(different).isNotEqualTo(first);
        assertThat(client.getAllVersions(subject)).containsExactly(1, 2);
    }

    @Test
    void shouldTakeSchemasForTheSameWhenTheyAreNormalized() throws Exception {
        // Given
        String one = "{\"type\":\"record\",\"name\":\"R\",\"x\":\"1\",\"y\":\"2\",\"fields\":[]}";
        String other = "{\"y\":\"2\",\"fields\":[],  \"x\":\"1\",\"name\":\"R\",\"type\":\"record\"}";
        int id = client.register(subject, schema(one), true);

        // When / Then
        assertThat(new CachedSchemaRegistryClient(url, 100).register(subject, schema(other), true))
                .isEqualTo(id);
        assertThat(new CachedSchemaRegistryClient(url, 100).getId(subject, schema(other), true))
                .isEqualTo(id);
        assertThat(client.getAllVersions(subject)).containsExactly(1);
    }

    @Test
    void shouldSayWhatIsMissingWithConfluentsCodes() throws Exception {
        // Given
        client.register(subject, schema(ONE_FIELD));

        // When / Then
        assertFails(404, 40401, () -> client.getLatestSchemaMetadata("no-" + subject));
        assertFails(404, 40401, () -> client.getAllVersions("no-" + subject));
        assertFails(404, 40401, () -> client.getId("no-" + subject, schema(ONE_FIELD)));
        assertFails(404, 40402, () -> client.getSchemaMetadata(subject, 99));
        assertFails(404, 40403, () -> client.getId(subject, schema(OTHER_TYPE)));
        assertFails(404, 40403, () -> client.getSchemaById(2_000_000));
        assertFails(404, 40408, () -> client.getConfig(subject));
        assertFails(404, 40409, () -> client.getMode(subject));
    }

    @Test
    void shouldRefuseWhatIsNoSchemaVersionLevelOrMode() throws Exception {
        client.register(subject, schema(ONE_FIELD));
        assertAnswer(422, 42201, "POST", "/subjects/" + subject + "/versions", "{\"schema\":\"{}\"}");
        assertAnswer(422, 42202, "GET", "/subjects/" + subject + "/versions/first", "");
        assertAnswer(422, 42203, "PUT", "/config/" + subject, "{\"compatibility\":\"SOME\"}");
        assertAnswer(422, 42204, "PUT", "/mode/" + subject, "{\"mode\":\"SOME\"}");
        assertAnswer(404, 404, "GET", "/nowhere", "");
        assertAnswer(405, 405, "DELETE", "/subjects", "");
    }

    @Test
    void shouldRefuseASchemaThatRefersToAnother() throws Exception {
        client.register(subject, schema(ONE_FIELD));
        AvroSchema referring = new AvroSchema(
                "{\"type\":\"record\",\"name\":\"Q\",\"fields\":[{\"name\":\"r\",\"type\":\"R\"}]}",
                List.of(new SchemaReference("R", subject, 1)),
                Map.of("R", ONE_FIELD),
                null);
        assertThatThrownBy(() -> client.register(subject + "-q", referring))
                .isInstanceOfSatisfying(RestClientException.class, e -> assertThat(e.getStatus())
                        .isEqualTo(422))
                .hasMessageContaining("references");
    }

    @ParameterizedTest
    @CsvSource({
        // level, may a required field come, go; may it be otherwise with a version before the latest
        "NONE,                true,  true,  true,  true",
        "BACKWARD,            false, true,  true,  false",
        "BACKWARD_TRANSITIVE, false, true,  false, false",
        "FORWARD,             true,  false, true,  false",
        "FORWARD_TRANSITIVE,  true,  false, false, false",
        "FULL,                false, false, true,  false",
        "FULL_TRANSITIVE,     false, false, false, false",
    })
    void shouldLetASchemaEvolveAsItsLevelSays(
            String level, boolean requiredMayCome, boolean requiredMayGo, boolean onlyLatestCounts, boolean anything)
            throws Exception {
        // Given
        client.updateCompatibility(subject, level);
        client.register(subject, schema(ONE_FIELD));

        // When / Then
        assertThat(client.getCompatibility(subject)).isEqualTo(level);
        assertThat(client.testCompatibility(subject, schema(ONE_FIELD))).isTrue();
        assertThat(client.testCompatibility(subject, schema(OPTIONAL_FIELD_MORE)))
                .isTrue();
        assertThat(client.testCompatibility(subject, schema(REQUIRED_FIELD_MORE)))
                .isEqualTo(requiredMayCome);
        assertThat(client.testCompatibility(subject, schema(OTHER_TYPE))).isEqualTo(anything);

        // Given: a required field, whatever the level
        String going = subject + "-going";
        client.updateCompatibility(going, level);
        client.register(going, schema(REQUIRED_FIELD_MORE));

        // When / Then
        assertThat(client.testCompatibility(going, schema(ONE_FIELD))).isEqualTo(requiredMayGo);

        // Given: a first version that has nothing to do with the latest
        String turned = subject + "-turned";
        client.updateCompatibility(turned, "NONE");
        client.register(turned, schema(OTHER_TYPE));
        client.register(turned, schema(ONE_FIELD));
        client.updateCompatibility(turned, level);

        // When / Then
        if (onlyLatestCounts) {
            assertThat(new CachedSchemaRegistryClient(url, 10).register(turned, schema(OPTIONAL_FIELD_MORE)))
                    .isPositive();
        } else {
            assertFails(409, 409, () -> client.register(turned, schema(OPTIONAL_FIELD_MORE)));
        }
    }

    @Test
    void shouldSayWhyASchemaIsIncompatible() throws Exception {
        // Given
        client.updateCompatibility(subject, "BACKWARD");
        client.register(subject, schema(ONE_FIELD));

        // When / Then
        assertThat(client.testCompatibilityVerbose(subject, schema(REQUIRED_FIELD_MORE)))
                .anySatisfy(reason -> assertThat(reason).contains("READER_FIELD_MISSING_DEFAULT_VALUE"));
        assertThat(client.testCompatibilityVerbose(subject, schema(OPTIONAL_FIELD_MORE)))
                .isEmpty();
        assertFails(409, 409, () -> client.register(subject, schema(REQUIRED_FIELD_MORE)));
        assertThat(client.testCompatibility("no-" + subject, schema(ONE_FIELD))).isTrue();
    }

    @Test
    void shouldFallBackToTheGlobalLevelWhenTheSubjectsIsDeleted() throws Exception {
        // Given
        client.updateCompatibility(subject, "FULL");

        // When
        client.deleteCompatibility(subject);

        // Then
        assertFails(404, 40408, () -> client.getConfig(subject));
        assertThat(client.getConfig(null).getCompatibilityLevel()).isEqualTo("BACKWARD");
    }

    @Test
    void shouldHideASoftlyDeletedVersionAndForgetAPermanentlyDeletedOne() throws Exception {
        // Given
        client.register(subject, schema(ONE_FIELD));
        int id = client.register(subject, schema(OPTIONAL_FIELD_MORE));

        // When / Then: softly
        assertFails(404, 40407, () -> client.deleteSchemaVersion(subject, "2", true));
        assertThat(client.deleteSchemaVersion(subject, "2")).isEqualTo(2);
        assertThat(client.getAllVersions(subject)).containsExactly(1);
        assertThat(client.getAllVersions(subject, true)).containsExactly(1, 2);
        assertThat(client.getLatestSchemaMetadata(subject).getVersion()).isEqualTo(1);
        assertThat(new CachedSchemaRegistryClient(url, 10).getSchemaById(id)).isEqualTo(schema(OPTIONAL_FIELD_MORE));
        assertFails(404, 40406, () -> client.deleteSchemaVersion(subject, "2"));

        // When / Then: for good
        assertThat(client.deleteSchemaVersion(subject, "2", true)).isEqualTo(2);
        assertThat(client.getAllVersions(subject, true)).containsExactly(1);
        assertFails(404, 40402, () -> client.deleteSchemaVersion(subject, "2", true));
    }

    @Test
    void shouldGiveTheOldIdAndANewVersionWhenADeletedSchemaComesBack() throws Exception {
        // Given
        int id = client.register(subject, schema(ONE_FIELD));
        client.deleteSchemaVersion(subject, "1");

        // When
        int again = new CachedSchemaRegistryClient(url, 10).register(subject, schema(ONE_FIELD));

        // Then
        assertThat(again).isEqualTo(id);
        assertThat(client.getAllVersions(subject)).containsExactly(2);
    }

    @Test
    void shouldDeleteASubjectSoftlyFirst() throws Exception {
        // Given
        client.register(subject, schema(ONE_FIELD));
        client.register(subject, schema(OPTIONAL_FIELD_MORE));

        // When / Then
        assertFails(404, 40401, () -> client.deleteSubject("no-" + subject));
        assertFails(404, 40405, () -> client.deleteSubject(subject, true));
        assertThat(client.deleteSubject(subject)).containsExactly(1, 2);
        assertThat(client.getAllSubjects()).doesNotContain(subject);
        assertThat(client.getAllSubjects(true)).contains(subject);
        assertFails(404, 40401, () -> client.getLatestSchemaMetadata(subject));
        assertFails(404, 40404, () -> client.deleteSubject(subject));
        assertThat(client.deleteSubject(subject, true)).containsExactly(1, 2);
        assertThat(client.getAllSubjects(true)).doesNotContain(subject);
        client.register(subject, schema(OTHER_TYPE));
        assertThat(client.getAllVersions(subject)).containsExactly(1);
    }

    @Test
    void shouldRefuseToChangeASubjectThatIsReadOnly() throws Exception {
        // Given
        client.register(subject, schema(ONE_FIELD));

        // When
        assertThat(client.setMode("READONLY", subject)).isEqualTo("READONLY");

        // Then
        assertThat(client.getMode(subject)).isEqualTo("READONLY");
        assertThat(client.getMode()).isEqualTo("READWRITE");
        assertFails(422, 42205, () -> client.register(subject, schema(OPTIONAL_FIELD_MORE)));
        assertFails(422, 42205, () -> client.deleteSubject(subject));
        client.deleteMode(subject);
        assertThat(client.register(subject, schema(OPTIONAL_FIELD_MORE))).isPositive();
    }

    @Test
    void shouldKeepIdsAndVersionsWhenSchemasAreImported() throws Exception {
        // Given
        client.setMode("IMPORT", subject);

        // When
        int id = client.register(subject, schema(UNUSUAL), 7, 1_000_007);

        // Then
        assertThat(id).isEqualTo(1_000_007);
        assertThat(client.getAllVersions(subject)).containsExactly(7);
        assertFails(422, 42207, () -> client.register(subject, schema(ONE_FIELD), 8, 1_000_007));
        client.setMode("READWRITE", subject);
        assertFails(422, 42205, () -> client.register(subject, schema(OTHER_TYPE), 8, 1_000_008));
    }

    private static final String UNUSUAL = "{\"type\":\"record\",\"name\":\"Unusual\",\"fields\":[]}";

    @Test
    void shouldCarrySubjectsWithUnusualNames() throws Exception {
        // Given
        String unusual = subject + " /+%";

        // When
        int id = client.register(unusual, schema(ONE_FIELD));

        // Then
        assertThat(client.getAllSubjects()).contains(unusual);
        assertThat(client.getLatestSchemaMetadata(unusual).getId()).isEqualTo(id);
    }

    @Test
    void shouldTellAboutItself() throws Exception {
        assertThat(client.getAllContexts()).containsExactly(".");
        assertThat(client.getSchemaRegistryServerVersion().getVersion()).isNotBlank();
        assertThat(send("GET", "/schemas/types", "").body()).contains("AVRO");
        assertThat(send("GET", "/", "").body()).isEqualTo("{}");
        assertThat(send("GET", "/v1/metadata/id", "").body()).contains("kafka-cluster");
    }

    @Test
    void shouldWriteAndReadConfluentsWireFormatWithItsSerializers() throws Exception {
        // Given
        GenericRecord written = new GenericRecordBuilder(schema(ONE_FIELD).rawSchema())
                .set("a", 7)
                .build();
        Map<String, Object> settings = Map.of("schema.registry.url", url);
        try (var serializer = new KafkaAvroSerializer();
                var deserializer = new KafkaAvroDeserializer()) {
            serializer.configure(settings, false);
            deserializer.configure(settings, false);

            // When
            byte[] bytes = serializer.serialize(subject, written);

            // Then
            ByteBuffer wire = ByteBuffer.wrap(bytes);
            assertThat(wire.get()).isZero();
            assertThat(wire.getInt())
                    .isEqualTo(
                            client.getLatestSchemaMetadata(subject + "-value").getId());
            assertThat(deserializer.deserialize(subject, bytes)).isEqualTo(written);
        }
    }

    @Test
    void shouldServeSerializersThatMayNotRegister() throws Exception {
        // Given
        GenericRecord written = new GenericRecordBuilder(schema(ONE_FIELD).rawSchema())
                .set("a", 7)
                .build();
        try (var lookingUp = new KafkaAvroSerializer();
                var latest = new KafkaAvroSerializer()) {
            lookingUp.configure(Map.of("schema.registry.url", url, "auto.register.schemas", false), false);
            latest.configure(
                    Map.of("schema.registry.url", url, "auto.register.schemas", false, "use.latest.version", true),
                    false);

            // When / Then
            assertThatThrownBy(() -> lookingUp.serialize(subject, written))
                    .hasRootCauseInstanceOf(RestClientException.class);
            int id = client.register(subject + "-value", schema(ONE_FIELD));
            assertThat(ByteBuffer.wrap(lookingUp.serialize(subject, written)).getInt(1))
                    .isEqualTo(id);
            assertThat(ByteBuffer.wrap(latest.serialize(subject, written)).getInt(1))
                    .isEqualTo(id);
        }
    }

    private static AvroSchema schema(String text) {
        return new AvroSchema(text);
    }

    private static void assertFails(int status, int code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RestClientException.class, e -> {
            assertThat(e.getStatus()).as(e.getMessage()).isEqualTo(status);
            assertThat(e.getErrorCode()).as(e.getMessage()).isEqualTo(code);
        });
    }

    private static void assertAnswer(int status, int code, String method, String path, String body) throws Exception {
        HttpResponse<String> response = send(method, path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).contains("\"error_code\":" + code);
    }

    private static HttpResponse<String> send(String method, String path, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url + path))
                                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
