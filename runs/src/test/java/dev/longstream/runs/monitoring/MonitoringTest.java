package dev.longstream.runs.monitoring;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogListener;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.testing.Records;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class MonitoringTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    Path folder;

    private final List<String> said = new ArrayList<>();

    @Test
    void shouldTurnUnhealthyWhenARoleFails() throws Exception {
        // Given
        FakeRole scoring = new FakeRole("scoring");
        try (Monitoring monitoring = start("metrics.port=0")) {
            assertThat(get(monitoring, "/readyz").body()).contains("the process is starting");
            monitoring.started(scoring);
            assertThat(get(monitoring, "/readyz").statusCode()).isEqualTo(200);
            // When
            scoring.failure = new IllegalStateException("the disk is full");
            // Then
            HttpResponse<String> answer = get(monitoring, "/healthz");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("The role scoring stopped: the disk is full");
            assertThat(get(monitoring, "/metrics").body())
                    .contains(
                            "longstream_role_up{role=\"scoring\",run=\"try\"} 0.0",
                            "longstream_role_restarts_total{role=\"scoring\",run=\"try\"} 2.0");
        }
    }

    @Test
    void shouldSayItsAddressAndNameItToPrometheusWhileItServes() throws Exception {
        // Given
        Path targets = folder.resolve("try/metrics");
        try (Monitoring first = start("metrics.port=0")) {
            int port = first.url().getPort();
            try (Monitoring second = start("metrics.port=" + port)) {
                // Then
                assertThat(second.url().getPort()).isNotEqualTo(port);
                assertThat(said).anyMatch(line -> line.contains(second.url() + "/metrics"));
                assertThat(files(targets)).hasSize(2).anySatisfy(file -> assertThat(file)
                        .hasContent("[{\"targets\":[\"127.0.0.1:" + port
                                + "\"],\"labels\":{\"run\":\"try\",\"role\":\"scoring\"}}]"));
            }
        }
        assertThat(files(targets)).isEmpty();
    }

    @Test
    void shouldMeasureWhatIsWrittenAndBindTheClientsWhileTheyAreOpen() throws Exception {
        // Given
        try (Monitoring monitoring = start("metrics.port=0")) {
            EventLog log = BROKER.newRun("heard", 1).heardBy(monitoring.log());
            // When
            try (var producer = log.producer(Map.of("client.id", "heard-producer"));
                    var consumer = log.consumer(Map.of("client.id", "heard-consumer"))) {
                TestBroker.send(
                        log, log.topics().groups(), "q@1", Records.group("q@1").build());
                // Then
                assertThat(get(monitoring, "/metrics").body())
                        .contains("longstream_groups_total{", "heard-producer", "heard-consumer");
                assertThat(producer.metrics()).isNotEmpty();
                assertThat(consumer.metrics()).isNotEmpty();
            }
            assertThat(get(monitoring, "/metrics").body())
                    .contains("longstream_groups_total{")
                    .doesNotContain("heard-producer", "heard-consumer");
        }
    }

    @Test
    void shouldListenToNothingWhenItShallNotServe() throws Exception {
        // When
        try (Monitoring monitoring = start("metrics.serve=false")) {
            monitoring.started(new FakeRole("scoring"));
            // Then
            assertThat(monitoring.url()).isNull();
            assertThat(monitoring.log()).isSameAs(LogListener.NONE);
            assertThat(monitoring.trainer()).isEmpty();
            assertThat(said).isEmpty();
            assertThat(folder.resolve("try")).doesNotExist();
        }
    }

    private Monitoring start(String setting) {
        ResolvedConfig config = new ConfigurationLoader()
                .set("dir=" + folder)
                .set("run=try")
                .set(setting)
                .load();
        return Monitoring.start(config, "scoring", Map.of(), said::add);
    }

    private static List<Path> files(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static HttpResponse<String> get(Monitoring monitoring, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(monitoring.url() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
