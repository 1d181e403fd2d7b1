package dev.longstream.registry;

import dev.longstream.stack.broker.EmbeddedBroker;
import dev.longstream.stack.broker.Login;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class SchemaLogTest {
    private static final String HOST = "127.0.0.1";
    private static final Login LOGIN = Login.of("secret");

    @TempDir
    Path folder;

    private int port;
    private int controllerPort;

    @BeforeEach
    void choosePorts() throws IOException {
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket other = new ServerSocket(0)) {
            port = one.getLocalPort();
            controllerPort = other.getLocalPort();
        }
    }

    @Test
    void shouldRegisterAgainWhenTheBrokerWentAwayDuringAWrite() throws Exception {
        // Given
        SharedState state = new SharedState();
        EmbeddedBroker first = startBroker();
        try (SchemaLog log = open(state)) {
            Registry registry = new Registry(state, log);
            Map<String, Integer> registered = new ConcurrentHashMap<>();
            CountDownLatch some = new CountDownLatch(20);
            CompletableFuture<Void> writes = CompletableFuture.runAsync(() -> {
                for (int i = 0; ; i++) {
                    registered.put("s" + i, registry.register("s" + i, candidate(i)));
                    some.countDown();
                }
            });
            some.await();
            first.close();
            assertThatThrownBy(writes::get).hasCauseInstanceOf(RegistryError.class);

            try (EmbeddedBroker again = startBroker()) {
                // When
                registered.put("last", registry.register("last", candidate(-1)));

                // Then
                SharedState readAgain = new SharedState();
                open(readAgain).close();
                assertThat(registered)
                        .allSatisfy((subject, id) -> assertThat(readAgain.now().live(subject))
                                .extracting(StoredSchema::id)
                                .containsExactly(id));
                assertThat(registered.values()).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void shouldRefuseEveryWriteOnceAnotherRegistryHasTakenOver() throws Exception {
        // Given
        SharedState state = new SharedState();
        try (EmbeddedBroker broker = startBroker();
                SchemaLog log = open(state)) {
            Registry registry = new Registry(state, log);
            SharedState others = new SharedState();
            try (SchemaLog other = open(others)) {
                for (int attempt = 0; attempt < 2; attempt++) {
                    // When
                    assertThatThrownBy(() -> registry.register("a", candidate(0)))
                            // Then
                            .isInstanceOf(RegistryError.class)
                            .hasMessageContaining("another registry has taken over");
                }
                assertThat(new Registry(others, other).register("a", candidate(0)))
                        .isEqualTo(1);
            }
        }
    }

    private EmbeddedBroker startBroker() throws IOException {
        return EmbeddedBroker.start(folder.resolve("kafka"), HOST, port, controllerPort, LOGIN);
    }

    private SchemaLog open(SharedState state) {
        Map<String, Object> client = new HashMap<>(LOGIN.clientProperties());
        client.put("bootstrap.servers", HOST + ":" + port);
        return SchemaLog.open(client, (short) 1, state);
    }

    private static Registry.SchemaCandidate candidate(int number) {
        String text = "{\"type\":\"fixed\",\"name\":\"F\",\"size\":" + (number + 2) + "}";
        return new Registry.SchemaCandidate(text, 0, 0, false);
    }
}
