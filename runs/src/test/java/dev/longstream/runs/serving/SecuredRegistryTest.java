package dev.longstream.runs.serving;

import dev.longstream.failure.DeniedException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogAddress;
import dev.longstream.log.LogException;
import dev.longstream.log.Reachability;
import dev.longstream.log.Replication;
import dev.longstream.log.TopicAdmin;
import dev.longstream.log.Topics;
import dev.longstream.record.Document;
import dev.longstream.registry.RegistrySettings;
import dev.longstream.registry.SchemaRegistry;
import dev.longstream.registry.SchemaRegistryException;
import dev.longstream.testing.KeyFiles;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A registry with TLS and passwords, and a read-only one beside it, as this project's clients reach them. */
@Timeout(120)
class SecuredRegistryTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    private static Path folder;

    private static KeyFiles keys;
    private static SchemaRegistry writing;
    private static SchemaRegistry reading;

    @BeforeAll
    static void start() throws Exception {
        keys = KeyFiles.write(folder);
        Path users = KeyFiles.secret(folder.resolve("users"), "trainer:a:b@c\nworker:plain\n");
        ListenerAccess access = new ListenerAccess(false, keys.both(), null, null);
        Map<String, Object> client = new EventLog(BROKER.address(), new Topics("any", 1)).clientSettings();
        writing = SchemaRegistry.start(
                client, new RegistrySettings("0.0.0.0", 0, (short) 1, access.withUsers(users), false));
        reading = SchemaRegistry.start(
                client,
                new RegistrySettings("127.0.0.1", 0, (short) 1, ListenerAccess.THIS_MACHINE.withUsers(null), true));
    }

    @AfterAll
    static void stop() {
        reading.close();
        writing.close();
    }

    private static Map<String, String> tls() {
        return new HashMap<>(Map.of(
                "ssl.truststore.location",
                keys.keyStore().toString(),
                "ssl.truststore.type",
                "PKCS12",
                "ssl.truststore.password",
                KeyFiles.PASSWORD));
    }

    private static String withUser(String url) {
        return url.replace("//", "//worker:plain@");
    }

    private static EventLog log(String name, String registry, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(BROKER.address().clientProperties());
        all.putAll(properties);
        return new EventLog(new LogAddress(BROKER.address().bootstrapServers(), registry, all), new Topics(name, 1));
    }

    @Test
    void shouldWriteAndReadRecordsWithThePasswordInTheAddress() {
        // Given
        EventLog log = log("by-address", withUser(writing.url()), tls());
        // When
        assertRecordsPass(log);
    }

    @Test
    void shouldWriteAndReadRecordsWithThePasswordInTheProperties() {
        // Given
        Map<String, String> properties = new HashMap<>(Map.of(
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                keys.certificate().toString()));
        properties.put("basic.auth.credentials.source", "USER_INFO");
        properties.put("basic.auth.user.info", "trainer:a:b@c");
        // When
        assertRecordsPass(log("by-properties", writing.url(), properties));
    }

    @Test
    void shouldPreferTheRegistrysOwnTlsProperties() {
        // Given
        Map<String, String> properties = new HashMap<>();
        tls().forEach((key, value) -> properties.put("schema.registry." + key, value));
        properties.put("ssl.truststore.location", "/nowhere/broker.p12");
        LogAddress address = log("own", withUser(writing.url()), properties).address();
        // Then
        assertThat(address.registrySettings())
                .containsEntry(
                        "schema.registry.ssl.truststore.location",
                        keys.keyStore().toString());
    }

    private static void assertRecordsPass(EventLog log) {
        Reachability.require(log.address());
        new TopicAdmin(log, Replication.SINGLE).createAll();
        Document document =
                Document.newBuilder().setDigest("d").setText("text").setBytes(4).build();
        String topic = log.topics().documents().name();
        try (var serializer = log.<Document>serializer();
                var deserializer = log.<Document>deserializer()) {
            assertThat(deserializer.deserialize(topic, serializer.serialize(topic, document)))
                    .isEqualTo(document);
        }
    }

    @Test
    void shouldRefuseAClientWithAWrongPasswordOrNone() {
        for (String user : new String[] {"trainer:wrong@", ""}) {
            LogAddress address = log("refused", writing.url().replace("//", "//" + user), tls())
                    .address();
            assertThatThrownBy(() -> Reachability.require(address))
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining("401");
        }
    }

    @Test
    void shouldRefuseARegistryWhoseCertificateIsForAnotherName() {
        // Given
        String other = withUser(writing.url().replace("127.0.0.1", "127.0.0.2"));
        // Then
        assertThatThrownBy(() -> Reachability.require(log("name", other, tls()).address()))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("127.0.0.2 found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            POST   | /subjects/new/versions  | {"schema": "\\"int\\""}
            DELETE | /subjects/new           |
            DELETE | /subjects/new/versions/1 |
            PUT    | /config                 | {"compatibility": "NONE"}
            PUT    | /mode                   | {"mode": "IMPORT"}
            DELETE | /config                 |
            """)
    void shouldRefuseEveryWriteWhenReadOnly(String method, String path, String body) throws Exception {
        // When
        HttpResponse<String> response = send(method, path, body == null ? "" : body);
        // Then
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.body()).contains("read-only").contains("\"error_code\":405");
    }

    @Test
    void shouldAnswerFromAReadOnlyRegistryWhatAnotherOneRegistered() throws Exception {
        // Given
        EventLog log = log("followed", withUser(writing.url()), tls());
        new TopicAdmin(log, Replication.SINGLE).createAll();
        String path = "/subjects/" + log.topics().documents().subject() + "/versions/latest";
        // When
        HttpResponse<String> response = send("GET", path, "");
        while (response.statusCode() == 404) { // until it has followed
            response = send("GET", path, "");
        }
        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        Reachability.require(log("followed", reading.url(), Map.of()).address());
    }

    @Test
    void shouldNotListenBeyondThisMachineWithoutAuthentication() {
        assertThatThrownBy(() -> new RegistrySettings(
                        "0.0.0.0", 0, (short) 1, ListenerAccess.THIS_MACHINE.withUsers(null), true))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("0.0.0.0");
    }

    private static HttpResponse<String> send(String method, String path, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(reading.url() + path))
                                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                                .method(method, BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
    }
}
