package dev.longstream.endpoints;

import dev.longstream.config.ConfigurationException;
import dev.longstream.http.Authentication;
import dev.longstream.http.ServerAccess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static dev.longstream.endpoints.JsonClient.LIMITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A server whose clients need a key, and clients that it has to bear. */
@Timeout(60)
class PolicyServerAccessTest {
    private static final String BODY = "{\"prompt\": [5], \"max_tokens\": 1}";

    @TempDir
    private static Path model;

    private static PolicyServer server;

    @BeforeAll
    static void start() {
        ServedTestPolicy.write(model);
        server = PolicyServer.start(model, config("127.0.0.1", Authentication.bearer("secret")), line -> {});
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ServingConfig config(String host, Authentication authentication) {
        return new ServingConfig(host, 0, "tiny", LIMITS, 1, Duration.ofMinutes(1))
                .withAccess(new ServerAccess(authentication, null, false));
    }

    @ParameterizedTest
    @CsvSource({"Bearer secret, 200", "Bearer wrong, 401", ", 401"})
    void shouldAnswerClientsWithTheKeyAlone(String authorization, int status) throws Exception {
        // Given
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + "/completions"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(BODY));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        // When
        HttpResponse<String> response = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
        // Then
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("WWW-Authenticate").isPresent())
                .isEqualTo(status == 401);
        if (status == 401) {
            assertThat(response.body()).contains("\"code\":\"invalid_api_key\"");
        }
    }

    @Test
    void shouldTellItsHealthWithoutAKey() throws Exception {
        // When
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(server.url().resolve("/health")).build(), BodyHandlers.ofString());
        // Then
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void shouldNotListenBeyondThisMachineWithoutAKey() {
        assertThatThrownBy(() -> PolicyServer.start(model, config("0.0.0.0", Authentication.NONE), line -> {}))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--api-key-variable")
                .hasMessageContaining("--insecure-network");
    }

    @Test
    void shouldAnswerWhileManyUploadsAreUnderWay() throws Exception {
        // Given
        List<Socket> uploads = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                uploads.add(open("Content-Length: 1000000\r\n\r\n{" + " ".repeat(1000)));
            }
            // Then
            shouldAnswerClientsWithTheKeyAlone("Bearer secret", 200);
        } finally {
            for (Socket upload : uploads) {
                upload.close();
            }
        }
    }

    @Test
    void shouldLimitABodyByTheLengthOfTheModel() throws Exception {
        // Given
        try (Socket socket = open("Content-Length: 2000000\r\n\r\n")) {
            // When
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
            // Then
            assertThat(answer).isEqualTo("HTTP/1.1 413");
        }
        assertThat(PolicyServer.maxBodyBytes(131_072)).isEqualTo(8 << 20);
        assertThat(PolicyServer.maxBodyBytes(Integer.MAX_VALUE)).isEqualTo(64 << 20);
    }

    private static Socket open(String rest) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.url().getPort());
        socket.getOutputStream()
                .write(("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\n"
                                + "Content-Type: application/json\r\n" + rest)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
