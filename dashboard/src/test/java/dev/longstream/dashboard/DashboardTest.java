package dev.longstream.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.config.ConfigurationException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.Topics;
import dev.longstream.runs.serving.ListenerAccess;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DashboardTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path dir;

    @Test
    void shouldShowTheFiguresOfARunAndWhatIsNewOnItsLog() throws Exception {
        EventLog log = BROKER.newRun("figures", 1);
        try (ShownRun run = new ShownRun(log).begin().steps(1, 3);
                Dashboard dashboard = start(log)) {
            // When
            JsonNode summary = get(dashboard, "runs/figures");
            JsonNode curves = get(dashboard, "runs/figures/curves");
            // Then
            assertThat(summary.path("version").asInt()).isEqualTo(3);
            assertThat(summary.path("secondsPerStep").asDouble()).isEqualTo(2);
            assertThat(summary.path("pipeline").path("stages").findValuesAsText("count"))
                    .containsExactly("6", "12", "12", "6", "3", "3", "1");
            assertThat(summary.path("pipeline").path("due").asText()).startsWith("curriculum: all 6 assignments");
            assertThat(curves.path("steps").path("version")).hasToString("[1,2,3]");
            assertThat(curves.path("steps").path("seconds")).hasToString("[2,2,2]");
            assertThat(curves.at("/parts/0/columns/version")).hasToString("[0,1,2]");
            assertThat(curves.at("/parts/0/columns/reward")).hasToString("[0.25,0.25,0.25]");
            assertThat(curves.at("/evaluations/0/reward").asDouble()).isEqualTo(0.25);
            // When
            long revision = curves.path("revision").asLong();
            // Then
            assertThat(get(dashboard, "runs/figures/curves?revision=" + revision)
                            .path("unchanged")
                            .asBoolean())
                    .isTrue();
            // When
            run.steps(4, 4);
            JsonNode later = await(
                    dashboard, "runs/figures", answer -> answer.path("version").asInt() >= 4);
            // Then
            assertThat(later.path("version").asInt()).isEqualTo(4);
            assertThat(get(dashboard, "runs/figures/curves?after=3&revision=" + revision)
                            .path("steps")
                            .path("version"))
                    .hasToString("[4]");
        }
    }

    @Test
    void shouldShowDistributionsDrawsAndTheLedger() throws Exception {
        try (Dashboard dashboard = showing("drawn", 2, 2)) {
            // When
            JsonNode first = get(dashboard, "runs/drawn/distributions?from=0&to=0");
            JsonNode curriculum = get(dashboard, "runs/drawn/curriculum");
            JsonNode ledger = await(dashboard, "runs/drawn/ledger", answer -> answer.has("ledger"))
                    .path("ledger");
            // Then
            assertThat(first.path("reward")).hasToString("[[0.0,0.05,3],[1.0,1.05,1]]");
            assertThat(first.path("length")).hasToString("[[3.0,4.0,4]]");
            assertThat(first.path("staleness")).hasToString("[[0.0,1.0,2]]");
            assertThat(curriculum.at("/phases/0/trainable").asInt()).isEqualTo(2);
            assertThat(curriculum.at("/phases/0/uniform").asInt()).isEqualTo(2);
            assertThat(curriculum.at("/draws/0/group").asText()).isEqualTo("p3@3");
            assertThat(curriculum.at("/draws/0/retrospective/meanReward").asDouble())
                    .isEqualTo(0.125);
            assertThat(curriculum.at("/commands/0/why").asText()).isEqualTo("to see what happens");
            assertThat(ledger.path("trained").asInt()).isEqualTo(4);
            assertThat(ledger.path("filtered").asInt()).isEqualTo(4);
            assertThat(ledger.path("closes").asBoolean()).isTrue();
        }
    }

    @Test
    void shouldTraceAStepToTheTextOfATokenAndBack() throws Exception {
        try (Dashboard dashboard = showing("traced", 1, 2)) {
            // When
            JsonNode step = get(dashboard, "runs/traced/step/2");
            String id = step.at("/batch/groups/0/members/1/id").asText();
            JsonNode answer = get(dashboard, "runs/traced/answer/" + id.replace("#", "%23"));
            // Then
            assertThat(id).isEqualTo("p2@2#1");
            assertThat(answer.path("texts").size()).isEqualTo(3);
            assertThat(answer.path("promptText").asText())
                    .isEqualTo(answer.at("/texts/0").asText()
                            + answer.at("/texts/1").asText()
                            + answer.at("/texts/2").asText())
                    .isNotBlank();
            assertThat(answer.at("/answer/score/parts/0/extracted").asText()).isEqualTo(ShownRun.HOSTILE);
            assertThat(answer.at("/group/members").size()).isEqualTo(2);
            assertThat(answer.at("/path/version").asInt()).isEqualTo(2);
            assertThat(get(dashboard, "runs/traced/prompt/p2")
                            .at("/paths/0/version")
                            .asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    void shouldSayWhatARunDoesNotHave() throws Exception {
        try (Dashboard dashboard = showing("small", 1, 1)) {
            // Then
            assertThat(error(dashboard, "runs/none", 404))
                    .startsWith("there is no run 'none' on the broker, expected one of ");
            assertThat(error(dashboard, "runs/small/step/9", 404)).contains("has made no step 9; its newest is 1");
            assertThat(error(dashboard, "runs/small/step/first", 400)).contains("'first' is no version");
            assertThat(error(dashboard, "runs/small/curves?by=colour", 400)).contains("expected run, phase or length");
        }
    }

    @Test
    void shouldNameTheKeysThatDifferBetweenTwoRuns() throws Exception {
        EventLog log = BROKER.newRun("one", 1);
        BROKER.newRun("other", 1);
        Files.createDirectories(dir.resolve("one"));
        Files.createDirectories(dir.resolve("other"));
        Files.writeString(dir.resolve("one/config.yaml"), "run: one\ngroup-size: 8\n");
        Files.writeString(dir.resolve("other/config.yaml"), "run: other\ngroup-size: 4\n");
        try (Dashboard dashboard = start(log)) {
            // When
            JsonNode compared = get(dashboard, "compare/one/other");
            // Then
            assertThat(compared.path("known").asBoolean()).isTrue();
            assertThat(compared.path("settings").toString())
                    .contains("group-size")
                    .contains("4")
                    .contains("8");
        }
    }

    @Test
    void shouldGiveThePageToEverybodyButDataOnlyWithTheToken() throws Exception {
        EventLog log = new EventLog(BROKER.address(), new Topics("secret", 1));
        try (Dashboard dashboard = StartedDashboard.of(log, dir, "open sesame")) {
            // When
            HttpResponse<String> page = send(dashboard, "", null);
            HttpResponse<String> script = send(dashboard, "script/main.js", null);
            HttpResponse<String> refused = send(dashboard, "api/runs", null);
            HttpResponse<String> wrong = send(dashboard, "api/runs", "guess");
            HttpResponse<String> admitted = send(dashboard, "api/runs", "open sesame");
            // Then
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'");
            assertThat(page.body()).doesNotContain("secret").doesNotContain("//");
            assertThat(script.statusCode()).isEqualTo(200);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(admitted.body()).contains("secret");
        }
    }

    @Test
    void shouldRefuseANetworkWithoutTokenAndAPortInUse() throws Exception {
        EventLog log = new EventLog(BROKER.address(), new Topics("refused", 1));
        DashboardRuns runs = StartedDashboard.runs(log, dir);
        try (Dashboard dashboard = start(log)) {
            int port = dashboard.url().getPort();
            // Then
            assertThatThrownBy(() -> Dashboard.start(DashboardSettings.onThisMachine(port), runs))
                    .isInstanceOf(WrongUseException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + port);
        }
        assertThatThrownBy(() ->
                        Dashboard.start(new DashboardSettings("0.0.0.0", 0, ListenerAccess.THIS_MACHINE, null), runs))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--token-variable");
    }

    private Dashboard start(EventLog log) {
        return StartedDashboard.of(log, dir, null);
    }

    /** Writes a run and starts a dashboard that shows it. */
    private Dashboard showing(String run, int partitions, int steps) throws Exception {
        EventLog log = BROKER.newRun(run, partitions);
        try (ShownRun written = new ShownRun(log)) {
            written.begin().steps(1, steps);
        }
        return start(log);
    }

    private HttpResponse<String> send(Dashboard dashboard, String path, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(dashboard.url() + path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Returns the answer to a request, which is asked again while the log is being read for the first time. */
    private HttpResponse<String> answer(Dashboard dashboard, String path) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        HttpResponse<String> response = send(dashboard, "api/" + path, null);
        while ((response.statusCode() == 503 || response.body().startsWith("{\"state\":\"reading\""))
                && System.nanoTime() < deadline) {
            response = send(dashboard, "api/" + path, null);
        }
        return response;
    }

    private JsonNode get(Dashboard dashboard, String path) throws Exception {
        HttpResponse<String> response = answer(dashboard, path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private String error(Dashboard dashboard, String path, int status) throws Exception {
        HttpResponse<String> response = answer(dashboard, path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body()).path("error").asText();
    }

    /** Returns what the dashboard says of a run once it satisfies a condition, or what it says at the end of patience. */
    private JsonNode await(Dashboard dashboard, String path, Predicate<JsonNode> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        JsonNode answer = get(dashboard, path);
        while (!condition.test(answer) && System.nanoTime() < deadline) {
            Thread.sleep(100);
            answer = get(dashboard, path);
        }
        return answer;
    }
}
