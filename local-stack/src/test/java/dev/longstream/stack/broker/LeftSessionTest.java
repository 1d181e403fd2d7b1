package dev.longstream.stack.broker;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(180)
class LeftSessionTest {
    private static final String HOST = "127.0.0.1";
    private static final Login LOGIN = Login.random();
    /** Longer than a broker waits for its registration. */
    private static final Map<String, String> LONG_SESSION = Map.of("broker.session.timeout.ms", "600000");

    @TempDir
    private Path folder;

    @Test
    void shouldStartAtOnceOnWhatAKilledProcessLeftHoweverLongItsSessionIs() throws Exception {
        // Given
        int port = freePort();
        int controllerPort = freePort();
        Path left = folder.resolve("left");
        try (EmbeddedBroker killed = start("kafka", port, controllerPort);
                Admin admin = admin(killed)) {
            admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1)))
                    .all()
                    .get();
            copy(folder.resolve("kafka"), left); // as the disk is when the process is killed now
        }
        assertThat(LeftSession.isIn(left)).isTrue();
        // When
        try (EmbeddedBroker next = start("left", port, controllerPort);
                Admin admin = admin(next)) {
            // Then
            assertThat(admin.listTopics().names().get()).contains("kept");
        }
        assertThat(LeftSession.isIn(left)).isFalse();
    }

    private EmbeddedBroker start(String name, int port, int controllerPort) throws IOException {
        return EmbeddedBroker.start(
                folder.resolve(name), HOST, port, controllerPort, LOGIN, LONG_SESSION, Duration.ofMinutes(1));
    }

    private static Admin admin(EmbeddedBroker broker) {
        Map<String, Object> settings = new HashMap<>(LOGIN.clientProperties());
        settings.put("bootstrap.servers", broker.bootstrapServers());
        return Admin.create(settings);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Copies a folder that is in use; a file that is renamed meanwhile, such as a checkpoint's temporary one, is left out. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file :
                    files.filter(file -> !file.toString().endsWith(".tmp")).toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
