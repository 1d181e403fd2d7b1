package dev.longstream.registry;

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
import org.junit.jupiter.api.Test;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

import static dev.longstream.registry.RegistryUnderTest.ONE_FIELD;
import static dev.longstream.registry.RegistryUnderTest.OPTIONAL_FIELD_MORE;
import static dev.longstream.registry.RegistryUnderTest.OTHER_TYPE;
import static dev.longstream.registry.RegistryUnderTest.assertFails;
import static dev.longstream.registry.RegistryUnderTest.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Checks a schema registry with requests of Confluent's client and serializers. */
class ConformanceTest extends RegistryConformance {
    @Test
    void shouldFindARegisteredSchemaByIdVersionAndText() throws Exception {
        // When
        int id = client.register(subject, schema(ONE_FIELD));

        // Then
        CachedSchemaRegistryClient another = registry.client();
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
        int again = registry.client().register(subject, schema(ONE_FIELD));
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

        // Then
        assertThat(registry.client().register(subject, schema(other), true)).isEqualTo(id);
        assertThat(registry.client().getId(subject, schema(other), true)).isEqualTo(id);
        assertThat(client.getAllVersions(subject)).containsExactly(1);
    }

    @Test
    void shouldSayWhatIsMissingWithConfluentsCodes() throws Exception {
        // Given
        client.register(subject, schema(ONE_FIELD));

        // Then
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

    @Test
    void shouldHideASoftlyDeletedVersionAndForgetAPermanentlyDeletedOne() throws Exception {
        // Given
        client.register(subject, schema(ONE_FIELD));
        int id = client.register(subject, schema(OPTIONAL_FIELD_MORE));

        // Then
        // A softly deleted version is hidden.
        assertFails(404, 40407, () -> client.deleteSchemaVersion(subject, "2", true));
        assertThat(client.deleteSchemaVersion(subject, "2")).isEqualTo(2);
        assertThat(client.getAllVersions(subject)).containsExactly(1);
        assertThat(client.getAllVersions(subject, true)).containsExactly(1, 2);
        assertThat(client.getLatestSchemaMetadata(subject).getVersion()).isEqualTo(1);
        assertThat(registry.client().getSchemaById(id)).isEqualTo(schema(OPTIONAL_FIELD_MORE));
        assertFails(404, 40406, () -> client.deleteSchemaVersion(subject, "2"));

        // A permanently deleted version is forgotten.
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
        int again = registry.client().register(subject, schema(ONE_FIELD));

        // Then
        assertThat(again).isEqualTo(id);
        assertThat(client.getAllVersions(subject)).containsExactly(2);
    }

    @Test
    void shouldDeleteASubjectSoftlyFirst() throws Exception {
        // Given
        client.register(subject, schema(ONE_FIELD));
        client.register(subject, schema(OPTIONAL_FIELD_MORE));

        // Then
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
        assertThat(registry.send("GET", "/schemas/types", "").body()).contains("AVRO");
        assertThat(registry.send("GET", "/", "").body()).isEqualTo("{}");
        assertThat(registry.send("GET", "/v1/metadata/id", "").body()).contains("kafka-cluster");
    }

    @Test
    void shouldWriteAndReadConfluentsWireFormatWithItsSerializers() throws Exception {
        // Given
        GenericRecord written = new GenericRecordBuilder(schema(ONE_FIELD).rawSchema())
                .set("a", 7)
                .build();
        Map<String, Object> settings = Map.of("schema.registry.url", registry.url());
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
            lookingUp.configure(Map.of("schema.registry.url", registry.url(), "auto.register.schemas", false), false);
            latest.configure(
                    Map.of(
                            "schema.registry.url",
                            registry.url(),
                            "auto.register.schemas",
                            false,
                            "use.latest.version",
                            true),
                    false);

            // Then
            assertThatThrownBy(() -> lookingUp.serialize(subject, written))
                    .hasRootCauseInstanceOf(RestClientException.class);
            int id = client.register(subject + "-value", schema(ONE_FIELD));
            assertThat(ByteBuffer.wrap(lookingUp.serialize(subject, written)).getInt(1))
                    .isEqualTo(id);
            assertThat(ByteBuffer.wrap(latest.serialize(subject, written)).getInt(1))
                    .isEqualTo(id);
        }
    }

    private static void assertAnswer(int status, int code, String method, String path, String body) throws Exception {
        HttpResponse<String> response = registry.send(method, path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).contains("\"error_code\":" + code);
    }
}
