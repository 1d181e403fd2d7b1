package dev.longstream.endpoints;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import static org.assertj.core.api.Assertions.assertThat;

/** Clients that close their connection before they have an answer. */
@Timeout(60)
class GoneClientTest {
    @TempDir
    private static Path model;

    @BeforeAll
    static void write() {
        ServedTestPolicy.write(model);
    }

    @ParameterizedTest
    @CsvSource({
        "chat/completions, false",
        "chat/completions, true",
        "completions, false",
        "completions, true",
    })
    void shouldEndTheRequestOfAClientThatHasGone(String path, boolean stream) throws Exception {
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        try (PolicyServer server = PolicyServer.start(model, JsonClient.config(1, Duration.ofMinutes(1)), said::add)) {
            // Given
            String prompt = path.startsWith("chat")
                    ? "\"messages\": [{\"role\": \"user\", \"content\": \"word1\"}]"
                    : "\"prompt\": [5]";
            String body = "{%s, \"max_tokens\": 4000, \"n\": 16, \"stream\": %s}".formatted(prompt, stream);
            String request =
                    "POST /v1/%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(path, body.length(), body);
            try (Socket socket = new Socket("127.0.0.1", server.url().getPort())) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                // When
            } // the client hangs up
            // Then
            assertThat(said.take()).contains(" 499, ").contains("the client closed the connection");
            // The only place is free again at the next chunk.
            JsonClient other = new JsonClient(server);
            int status = 429;
            while (status == 429) {
                status = other.post("completions", "{\"prompt\": [5], \"max_tokens\": 1}")
                        .statusCode();
            }
            assertThat(status).isEqualTo(200);
        }
    }
}
