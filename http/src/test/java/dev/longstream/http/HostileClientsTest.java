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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

import static org.assertj.core.api.Assertions.assertThat;

/** Clients that send half a request, too much, too slowly, or from a page of another site. */
@Timeout(60)
class HostileClientsTest {
    private static final int THREADS = 2;
    private static final int MAX_WAITING = 1;
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final String GET = "GET /things HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    private static final String HEAD = "POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    private static final Duration REQUEST_TIME = Duration.ofSeconds(1);

    private final List<Socket> sockets = new ArrayList<>();
    private final CountDownLatch slow = new CountDownLatch(THREADS);
    private final CountDownLatch release = new CountDownLatch(1);
    private JsonServer server;

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

    @BeforeEach
    void start() throws IOException {
        server = JsonServer.listen(
                new ServerSettings(
                        "127.0.0.1",
                        0,
                        "test",
                        "application/json",
                        Set.of(),
                        new ServerLimits(THREADS, MAX_WAITING, 64, MAX_BODY_BYTES, REQUEST_TIME, Duration.ofSeconds(3)),
                        ServerAccess.THIS_MACHINE),
                PlainError::new,
                InstantSource.system());
        server.start(
                new RouteTable()
                        .add(
                                "GET",
                                "/things",
                                request -> new HttpAnswer.JsonAnswer(
                                        JsonNodeFactory.instance.objectNode().put("alive", true)))
                        .add("POST", "/things", request -> new HttpAnswer.JsonAnswer(request.body()))
                        .add("GET", "/slow", request -> {
                            slow.countDown();
                            release.await();
                            return new HttpAnswer.JsonAnswer(request.body());
                        })
                        .add(
                                "GET",
                                "/endless",
                                request -> new HttpAnswer.Events(events -> {
                                    String event = "x".repeat(1 << 16);
                                    while (true) {
                                        try {
                                            events.send(event);
                                        } catch (ClientGoneException gone) {
                                            release.countDown();
                                            throw gone;
                                        }
                                    }
                                })),
                request -> {});
    }

    @AfterEach
    void stop() throws IOException {
        release.countDown();
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    @Test
    void shouldAnswerWhileMoreConnectionsThanThreadsAreHalfOpen() throws Exception {
        // Given
        for (int i = 0; i < 2 * THREADS; i++) {
            open("G");
        }
        // When
        String answer = exchange(GET);
        // Then
        assertThat(answer).startsWith("HTTP/1.1 200").contains("\"alive\":true");
    }

    @Test
    void shouldAnswerWhileMoreBodiesThanThreadsAreUnderWay() throws Exception {
        // Given
        for (int i = 0; i < 2 * THREADS; i++) {
            open(HEAD + "Content-Length: 1000\r\n\r\n{");
        }
        // When
        String answer = exchange(GET);
        // Then
        assertThat(answer).startsWith("HTTP/1.1 200");
    }

    @Test
    void shouldRefuseAnAnnouncedBodyThatIsTooLongBeforeItArrives() throws Exception {
        // When
        String answer = exchange(HEAD + "Content-Length: 209715200\r\nConnection: close\r\n\r\n");
        // Then
        assertThat(answer).startsWith("HTTP/1.1 413");
    }

    @ParameterizedTest
    @CsvSource({"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"})
    void shouldRefuseABodyThatAPageCouldSend(String type) throws Exception {
        // When
        String answer = exchange("POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                + "\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        // Then
        assertThat(answer).startsWith("HTTP/1.1 415").contains("application/json");
    }

    @Test
    void shouldRefuseARequestForAnotherHost() throws Exception {
        // When
        String answer = exchange("GET /things HTTP/1.1\r\nHost: attacker.example:80\r\nConnection: close\r\n\r\n");
        // Then
        assertThat(answer).startsWith("HTTP/1.1 403").contains("attacker.example");
    }

    @Test
    void shouldHangUpOnAClientThatDoesNotFinishItsRequest() throws Exception {
        assertThat(exchange("GET /things HTTP/1.1\r\nHost:")).matches("(?s)(HTTP/1.1 408 .*)?");
    }

    @Test
    void shouldHangUpOnAClientThatSendsAByteNowAndThen() throws Exception {
        // Given
        Socket socket = open("GET /things HTTP/1.1\r\nX: ");
        // When
        boolean open = true;
        while (open) {
            Thread.sleep(100); // well below the time after which an idle connection is closed
            try {
                socket.getOutputStream().write('x');
            } catch (IOException closed) {
                open = false;
            }
        }
        // Then
        assertThat(exchange(GET)).startsWith("HTTP/1.1 200");
    }

    @Test
    void shouldRefuseABodyThatDoesNotArrive() throws Exception {
        assertThat(exchange(HEAD + "Content-Length: 1000\r\n\r\n{")).startsWith("HTTP/1.1 408");
    }

    @Test
    void shouldRefuseABodyOfUnknownLengthOnceItIsTooLong() throws Exception {
        // Given
        String chunk = "8000\r\n" + " ".repeat(0x8000) + "\r\n";
        // When
        Socket socket = open(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(33));
        // Then
        assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8))
                .isEqualTo("HTTP/1.1 413");
    }

    @Test
    void shouldRefuseBeforeTheBodyWhenEveryThreadIsTaken() throws Exception {
        // Given
        for (int i = 0; i < THREADS; i++) {
            open("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        slow.await();
        for (int i = 0; i < MAX_WAITING; i++) {
            open("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        // When
        String answer = "";
        while (!answer.startsWith("HTTP/1.1 503")) { // until the last of them waits
            answer = exchange(HEAD + "Content-Length: 1000\r\nConnection: close\r\n\r\n");
        }
        // Then
        assertThat(answer).contains("try again later");
        release.countDown();
        while (!answer.startsWith("HTTP/1.1 200")) {
            answer = exchange(GET);
        }
    }

    @Test
    void shouldTakeLongerForAnAnswerThanAClientMayTakeForItsRequest() throws Exception {
        // Given
        Socket socket = open("GET /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        // When
        Thread.sleep(2 * REQUEST_TIME.toMillis());
        release.countDown();
        // Then
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void shouldHangUpOnAClientThatDoesNotReadItsAnswer() throws Exception {
        // When
        open("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
        // Then
        release.await();
        assertThat(exchange(GET)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @CsvSource({"NONSENSE, 400", "GET /%zz HTTP/1.1|Host: localhost, 400", "GET /things HTTP/1.1|Bad, 400"})
    void shouldAnswerWhatItCannotReadInItsOwnFormat(String head, int status) throws Exception {
        // When
        String answer = exchange(head.replace("|", "\r\n") + "\r\nConnection: close\r\n\r\n");
        // Then
        assertThat(answer).startsWith("HTTP/1.1 " + status).contains("{\"problem\":");
    }

    private Socket open(String beginning) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        sockets.add(socket);
        socket.setSoTimeout(5_000);
        socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private String exchange(String request) throws IOException {
        return new String(open(request).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
