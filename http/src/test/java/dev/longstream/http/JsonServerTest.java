package dev.longstream.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Requests over HTTP to routes, errors and limits of the server. */
@Timeout(60)
class JsonServerTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int MAX_BODY_BYTES = 64;
    private static final String POST =
            "POST /checked HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n[7]";

    private final List<ServedListener.ServedRequest> served = new CopyOnWriteArrayList<>();
    private final CountDownLatch checked = new CountDownLatch(1);
    private final CountDownLatch proceed = new CountDownLatch(1);
    private JsonServer server;

    /** An error with its status as text. */
    private static final class PlainError extends HttpError {
        private static final long serialVersionUID = 1L;

        PlainError(int status, String message) {
            super(status, message);
        }

        @Override
        public JsonNode body() {
            return JsonNodeFactory.instance.objectNode().put("problem", getMessage());
        }

        @Override
        public int retryAfterSeconds() {
            return status() == 429 ? 7 : 0;
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = JsonServer.listen(settings(0), PlainError::new, InstantSource.system());
        RouteTable routes = new RouteTable()
                .add(
                        "GET",
                        "/things/*/parts",
                        request -> new HttpAnswer.JsonAnswer(JsonNodeFactory.instance
                                .objectNode()
                                .put("thing", request.path().get(1))
                                .put("all", request.flag("all"))))
                .add("POST", "/things", request -> new HttpAnswer.JsonAnswer(request.body()))
                .add("POST", "/checked", request -> {
                    checked.countDown();
                    while (!proceed.await(20, TimeUnit.MILLISECONDS)) {
                        request.client().check();
                    }
                    request.client().check();
                    return new HttpAnswer.JsonAnswer(request.body());
                })
                .add("GET", "/bug", request -> {
                    throw new IllegalStateException("a bug");
                })
                .add("GET", "/busy", request -> {
                    throw new PlainError(429, "busy");
                })
                .add(
                        "GET",
                        "/events/*",
                        request -> new HttpAnswer.Events(events -> {
                            for (int i = 0; i < Integer.parseInt(request.path().get(1)); i++) {
                                events.send(JsonNodeFactory.instance.numberNode(i));
                            }
                            throw new PlainError(503, "no more");
                        }));
        server.start(routes, served::add);
    }

    @Test
    void shouldTellAHandlerThatTheClientHasGone() throws Exception {
        // Given
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(POST.getBytes(StandardCharsets.US_ASCII));
            checked.await();
            // When
        } // the client hangs up
        // Then
        while (served.isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(served.get(0).status()).isEqualTo(499);
    }

    @Test
    void shouldAnswerAClientThatSendsItsNextRequestEarlyAndEndItsConnection() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            // Given
            socket.getOutputStream().write(POST.getBytes(StandardCharsets.US_ASCII));
            checked.await();
            // When
            socket.getOutputStream().write(POST.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            proceed.countDown();
            // Then
            // The second request is not answered by half: its client asks again.
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(all)
                    .startsWith("HTTP/1.1 200")
                    .containsOnlyOnce("HTTP/1.1")
                    .endsWith("[7]");
        }
    }

    private static ServerSettings settings(int port) {
        return new ServerSettings(
                "127.0.0.1",
                port,
                "test",
                "application/json",
                Set.of(),
                new ServerLimits(2, 16, 64, MAX_BODY_BYTES, Duration.ofSeconds(30), Duration.ofSeconds(30)),
                ServerAccess.THIS_MACHINE);
    }

    @AfterEach
    void stop() {
        assertThat(server.stop()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            GET  | /things/a%2Fb+c/parts?all=TRUE |            | 200 | {"thing":"a/b+c","all":true}
            GET  | /things/a/parts                |            | 200 | {"thing":"a","all":false}
            POST | /things                        | {"a": "ä"} | 200 | {"a":"ä"}
            POST | /things                        | {"a"       | 400 | the body is no JSON
            GET  | /things/a                      |            | 404 | there is no /things/a, expected one of /things/*/parts, /things
            GET  | /things                        |            | 405 | /things takes POST, not GET
            GET  | /bug                           |            | 500 | a bug
            GET  | /busy                          |            | 429 | busy
            GET  | /events/0                      |            | 503 | no more
            GET  | /events/2                      |            | 200 | data: 1
            """)
    void shouldAnswerWithWhatTheRouteSays(String method, String path, String body, int status, String expected)
            throws Exception {
        // When
        HttpResponse<String> response = send(method, path, body == null ? "" : body);
        // Then
        assertThat(response.body()).contains(expected);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 429);
    }

    @Test
    void shouldRefuseABodyThatIsTooLong() throws Exception {
        assertThat(send("POST", "/things", "1".repeat(MAX_BODY_BYTES + 1)).statusCode())
                .isEqualTo(413);
    }

    @Test
    void shouldSendAnErrorAsTheLastEventWhenEventsWereSent() throws Exception {
        // When
        String events = send("GET", "/events/2", "").body();
        // Then
        assertThat(events).isEqualTo("data: 0\n\ndata: 1\n\ndata: {\"problem\":\"no more\"}\n\n");
        assertThat(served).extracting(ServedListener.ServedRequest::status).containsExactly(503);
    }

    @Test
    void shouldRefuseAPortThatIsTaken() {
        assertThatThrownBy(() -> JsonServer.listen(settings(server.port()), PlainError::new, InstantSource.system()))
                .isInstanceOf(IOException.class);
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
