package dev.longstream.metrics;

import dev.longstream.http.Authentication;
import dev.longstream.http.ServerAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MetricsServerTest {
    private final Meters meters = new Meters("try");
    private HealthReport live = new HealthReport(List.of(), Map.of("scoring", "works"));
    private HealthReport ready = live;

    private final HealthSource health = new HealthSource() {
        @Override
        public HealthReport live() {
            return live;
        }

        @Override
        public HealthReport ready() {
            return ready;
        }
    };

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void shouldServeMetricsAsPrometheusReadsThem() throws Exception {
        // Given
        meters.counter(TrainingMetrics.STEPS, "short").increment(3);
        try (MetricsServer server = start(0, ServerAccess.THIS_MACHINE)) {
            // When
            HttpResponse<String> answer = get(server, "/metrics", "");
            // Then
            assertThat(answer.headers().firstValue("Content-Type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
            assertThat(answer.body())
                    .contains(
                            "# TYPE rl_train_steps_total counter",
                            "rl_train_steps_total{phase=\"short\",run=\"try\"} 3.0");
        }
    }

    @Test
    void shouldAnswer503WithTheReasonWhenARoleHasFailed() throws Exception {
        // Given
        live = new HealthReport(List.of("The role scoring stopped: no disk"), Map.of("scoring", "failed"));
        try (MetricsServer server = start(0, ServerAccess.THIS_MACHINE)) {
            // When
            HttpResponse<String> answer = get(server, "/healthz", "");
            // Then
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body())
                    .isEqualTo("{\"status\":\"unavailable\",\"problems\":[\"The role scoring stopped: no disk\"],"
                            + "\"roles\":{\"scoring\":\"failed\"}}");
        }
    }

    @Test
    void shouldBeHealthyWhileItIsNotReady() throws Exception {
        // Given
        ready = new HealthReport(List.of("The role scoring waits: REBALANCING"), Map.of("scoring", "waits"));
        try (MetricsServer server = start(0, ServerAccess.THIS_MACHINE)) {
            // Then
            assertThat(get(server, "/healthz", "").statusCode()).isEqualTo(200);
            assertThat(get(server, "/readyz", "").statusCode()).isEqualTo(503);
            assertThat(get(server, "/other", "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void shouldAskForTheKeyForMetricsOnly() throws Exception {
        // Given
        ServerAccess key = new ServerAccess(Authentication.bearer("s3cret"), null, false);
        try (MetricsServer server = start(0, key)) {
            // Then
            assertThat(get(server, "/metrics", "").statusCode()).isEqualTo(401);
            assertThat(get(server, "/metrics", "Bearer s3cret").statusCode()).isEqualTo(200);
            assertThat(get(server, "/healthz", "").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldTakeTheNextPortWhenOneIsTaken() throws Exception {
        // Given
        try (MetricsServer first = start(0, ServerAccess.THIS_MACHINE)) {
            int taken = first.url().getPort();
            // When
            try (MetricsServer second =
                    MetricsServer.start(address(taken, 32, ServerAccess.THIS_MACHINE), meters, health)) {
                // Then
                assertThat(second.url().getPort()).isGreaterThan(taken);
                assertThat(get(second, "/healthz", "").statusCode()).isEqualTo(200);
            }
            assertThatThrownBy(() -> MetricsServer.start(address(taken, 1, ServerAccess.THIS_MACHINE), meters, health))
                    .isInstanceOf(IOException.class);
        }
    }

    private MetricsServer start(int port, ServerAccess access) throws IOException {
        return MetricsServer.start(address(port, 1, access), meters, health);
    }

    private static MetricsServer.Address address(int port, int ports, ServerAccess access) {
        return new MetricsServer.Address("127.0.0.1", port, ports, access);
    }

    private static HttpResponse<String> get(MetricsServer server, String path, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
