package dev.longstream.exports.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.exports.metrics.MlflowRun.ExportedRun;
import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.testing.ScriptedServer;
import dev.longstream.testing.ScriptedServer.Reply;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MlflowRunTest {
    private static final String API = "/api/2.0/mlflow/";
    private static final ExportedRun RUN =
            new ExportedRun("quickstart", Instant.parse("2026-11-30T12:00:00Z"), Map.of("seed", "1"));

    private static ScriptedServer server(String runsFound) {
        return new ScriptedServer()
                .on(API + "experiments/search", request -> Reply.raw(200, "{}"))
                .on(API + "experiments/create", request -> Reply.raw(200, "{\"experiment_id\": \"5\"}"))
                .on(API + "runs/search", request -> Reply.raw(200, runsFound))
                .on(API + "runs/create", request -> Reply.raw(200, "{\"run\": {\"info\": {\"run_id\": \"new\"}}}"))
                .on(API + "runs/update", request -> Reply.raw(200, "{}"))
                .on(API + "runs/log-batch", request -> Reply.raw(200, "{}"));
    }

    private static MlflowServer client(ScriptedServer server, Map<String, String> environment) {
        return new MlflowServer(server.url("/").toString(), environment);
    }

    private static List<JsonNode> batches(ScriptedServer server) {
        return server.requests().stream()
                .map(ScriptedServer.ScriptedRequest::json)
                .filter(json -> json.has("metrics"))
                .toList();
    }

    @Test
    void shouldCreateARunWithItsSettingsAndMetrics() {
        // Given
        try (ScriptedServer server = server("{}");
                MlflowServer client = client(server, Map.of("MLFLOW_TRACKING_TOKEN", "secret"))) {
            // When
            MlflowRun run = new MlflowRun(client, "longstream", RUN);
            run.add(List.of(
                    new MetricPoint("train/reward", 3, 1500, 0.5), new MetricPoint("train/loss", 3, 1500, Double.NaN)));
            run.flush();
            run.mark(true);
            // Then
            JsonNode metrics = batches(server).get(0).path("metrics");
            assertThat(run.runId()).isEqualTo("new");
            assertThat(metrics).hasSize(2);
            assertThat(metrics.path(0))
                    .hasToString("{\"key\":\"train/reward\",\"timestamp\":1500,\"value\":0.5,\"step\":3}");
            assertThat(metrics.path(1).path("value").asText()).isEqualTo("NaN");
            assertThat(server.requests())
                    .anySatisfy(request -> assertThat(request.body()).contains("\"params\"", "\"seed\""))
                    .anySatisfy(request -> assertThat(request.body()).contains("FINISHED"))
                    .allSatisfy(request -> assertThat(request.authorization()).isEqualTo("Bearer secret"));
        }
    }

    @Test
    void shouldContinueTheRunOfAnEarlierExport() {
        // Given
        String found = "{\"runs\": [{\"info\": {\"run_id\": \"old\"}, \"data\": {\"metrics\":"
                + " [{\"key\": \"train/reward\", \"value\": 0.5, \"step\": 3}]}}]}";
        try (ScriptedServer server = server(found);
                MlflowServer client = client(server, Map.of())) {
            // When
            MlflowRun run = new MlflowRun(client, "longstream", RUN);
            run.add(List.of(new MetricPoint("train/reward", 3, 0, 0.5)));
            run.add(List.of(new MetricPoint("train/reward", 4, 0, 0.75), new MetricPoint("held-out/reward", 3, 0, 0)));
            run.flush();
            // Then
            assertThat(run.runId()).isEqualTo("old");
            assertThat(batches(server).get(0).path("metrics")).hasSize(2);
            assertThat(server.requests())
                    .noneSatisfy(request -> assertThat(request.body()).contains("run_name"));
        }
    }

    @Test
    void shouldSendNoMoreThanAThousandMetricsAtOnce() {
        // Given
        try (ScriptedServer server = server("{}");
                MlflowServer client = client(server, Map.of())) {
            MlflowRun run = new MlflowRun(client, "longstream", RUN);
            // When
            run.add(IntStream.range(0, 2500)
                    .mapToObj(i -> new MetricPoint("m" + i, 1, 0, i))
                    .toList());
            run.flush();
            // Then
            assertThat(batches(server))
                    .extracting(batch -> batch.path("metrics").size())
                    .containsExactly(1000, 1000, 500);
        }
    }

    @Test
    void shouldSayWhatTheServerRefused() {
        // Given
        try (ScriptedServer server = new ScriptedServer().on(API, request -> Reply.raw(400, "{\"message\": \"bad\"}"));
                MlflowServer client = client(server, Map.of())) {
            // Then
            assertThatThrownBy(() -> new MlflowRun(client, "longstream", RUN))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContainingAll("experiments/search", "HTTP 400", "bad");
        }
    }

    @Test
    void shouldRefuseAnAddressThatIsNotOne() {
        assertThatThrownBy(() -> new MlflowServer("sqlite:///mlflow.db", Map.of()))
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("expected one such as http://localhost:5000");
    }
}
