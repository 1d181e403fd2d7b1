package dev.longstream.runs.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.http.HttpAnswer;
import dev.longstream.http.HttpError;
import dev.longstream.http.JsonServer;
import dev.longstream.http.RouteTable;
import dev.longstream.http.ServerAccess;
import dev.longstream.http.ServerLimits;
import dev.longstream.http.ServerSettings;
import dev.longstream.testing.KeyFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Certificates, keys and users from files. */
@Timeout(60)
class ListenerAccessTest {
    @TempDir
    private static Path folder;

    private static KeyFiles keys;

    @BeforeAll
    static void write() {
        keys = KeyFiles.write(folder.resolve("keys"));
    }

    private static final class PlainError extends HttpError {
        private static final long serialVersionUID = 1L;

        PlainError(int status, String message) {
            super(status, message);
        }

        @Override
        public JsonNode body() {
            return JsonNodeFactory.instance.objectNode().put("problem", getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({"server.p12,, changeit", "both.pem,,", "certificate.pem, key.pem,"})
    void shouldServeHttpsWithEachKindOfFile(String certificate, String key, String password) throws Exception {
        // Given
        Path files = folder.resolve("keys");
        ListenerAccess access = new ListenerAccess(
                false, files.resolve(certificate), key == null ? null : files.resolve(key), password);
        try (JsonServer server = serve(access.withKey("secret"))) {
            HttpClient client =
                    HttpClient.newBuilder().sslContext(keys.clientContext()).build();
            // When
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(server.url() + "/alive"))
                            .header("Authorization", "Bearer secret")
                            .build(),
                    BodyHandlers.ofString());
            // Then
            assertThat(server.url().getScheme()).isEqualTo("https");
            assertThat(response.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldRefuseAKeyThatIsNotTheCertificates() {
        // Given
        KeyFiles others = KeyFiles.write(folder.resolve("others"));
        ListenerAccess access = new ListenerAccess(false, keys.certificate(), others.key(), null);
        // Then
        assertThatThrownBy(() -> access.withKey(null))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("is not that of the first certificate");
    }

    @Test
    void shouldRefuseFilesWithoutACertificateOrAKey() {
        assertThatThrownBy(() -> new ListenerAccess(false, keys.certificate(), null, null).withKey(null))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("has 0 keys");
        assertThatThrownBy(() -> new ListenerAccess(false, keys.key(), null, null).withKey(null))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("has no certificate");
        assertThatThrownBy(() -> new ListenerAccess(false, keys.keyStore(), null, "wrong").withKey(null))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("server.p12");
    }

    @Test
    void shouldRefuseOptionsThatDoNotFitTogether() {
        assertThatThrownBy(() -> new ListenerAccess(false, null, keys.key(), null).withKey(null))
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("--tls-certificate");
        assertThatThrownBy(() -> new ListenerAccess(false, keys.keyStore(), keys.key(), null).withKey(null))
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("--tls-key");
        assertThatThrownBy(() -> new ListenerAccess(false, keys.both(), null, "password").withKey(null))
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("--tls-password-variable");
    }

    @Test
    void shouldReadUsersWithColonsInTheirPasswords() throws Exception {
        // Given
        Path file = KeyFiles.secret(folder.resolve("users"), "# roles\n\ntrainer:a:b\nreader:c \n");
        // Then
        assertThat(ListenerAccess.passwords(file)).isEqualTo(Map.of("trainer", "a:b", "reader", "c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s3cret", ":s3cret", "user:", "a:s3cret\na:s3cret"})
    void shouldNameTheFileButNoPasswordWhenItsLinesAreWrong(String content) throws Exception {
        // Given
        Path file = KeyFiles.secret(folder.resolve("wrong"), content);
        // Then
        assertThatThrownBy(() -> ListenerAccess.passwords(file))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining(file.toString())
                .message()
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-rw----"})
    void shouldRefuseASecretThatOthersCanReadOrChange(String rights) throws Exception {
        // Given
        Path file = folder.resolve("open-" + rights);
        Files.writeString(file, "a:b");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
        // Then
        assertThatThrownBy(() -> ListenerAccess.passwords(file))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining(rights)
                .hasMessageContaining("chmod 600");
    }

    private static JsonServer serve(ServerAccess access) throws IOException {
        ServerSettings settings = new ServerSettings(
                "127.0.0.1",
                0,
                "test",
                "application/json",
                Set.of(),
                new ServerLimits(2, 2, 16, 1024, Duration.ofSeconds(30), Duration.ofSeconds(30)),
                access);
        JsonServer server = JsonServer.listen(settings, PlainError::new, InstantSource.system());
        server.start(
                new RouteTable()
                        .add(
                                "GET",
                                "/alive",
                                request -> new HttpAnswer.JsonAnswer(
                                        JsonNodeFactory.instance.objectNode().put("alive", true))),
                request -> {});
        return server;
    }
}
