package dev.longstream.it.torture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.longstream.it.MonitoringFiles;
import dev.longstream.it.MonitoringFiles.Query;
import dev.longstream.it.PrometheusProcess;
import dev.longstream.it.torture.TortureCluster.Setup;
import dev.longstream.log.EventLog;
import dev.longstream.testing.ScriptedServer.Reply;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Every role of a run in a process of its own, watched by Prometheus with the shipped configuration: each serves its health, together
 * they answer every query of the dashboard, and a fault of each kind fires its alert. Minutes in the rules are seconds here. Takes
 * some minutes; only {@code mvn -Ptorture} runs it. The table of alerts goes to {@code target/torture/alerts.json}.
 */
@Tag("torture")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MonitoredRolesTest {
    private static final Path FOLDER = Path.of("target", "torture");
    private static final long PATIENCE_S = Long.getLong("torture.patience", 240);
    private static final long MEBIBYTE = 1L << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, String> fired = new LinkedHashMap<>();
    private volatile boolean collapsed;
    private HttpServer exporter;
    private TortureCluster cluster;
    private PrometheusProcess prometheus;

    /** Something that goes wrong, or is put right again. */
    private interface Action {
        void run() throws Exception;
    }

    @BeforeAll
    void start() throws Exception {
        assumeTrue(PrometheusProcess.isInstalled(), "prometheus and promtool are not installed; nothing is watched");
        Path folder = FOLDER.resolve("monitored-" + System.currentTimeMillis());
        List<String> roles = new ArrayList<>(TortureCluster.ROLES);
        roles.add("shadows");
        List<String> settings = List.of(
                "rollouts.worker.weights=as-admitted",
                "objective.advantage.uniform-groups=keep",
                "scoring.shadows.ruled={reward: rule}",
                "streams.session-timeout=60s",
                "stall-after=20s");
        cluster = new TortureCluster(folder, new Setup(1, 100_000, 1, roles, settings));
        Path doctored = folder.toAbsolutePath().resolve("doctored");
        serveDoctored(doctored);
        prometheus = PrometheusProcess.start(
                folder.resolve("prometheus").toAbsolutePath(),
                Stream.concat(cluster.allRunFolders().stream(), Stream.of(doctored))
                        .toList(),
                Files.writeString(folder.toAbsolutePath().resolve("alerts.yml"), secondsForMinutes()));
        cluster.start();
    }

    @AfterAll
    void close() throws Exception {
        if (!fired.isEmpty()) {
            JSON.writerWithDefaultPrettyPrinter()
                    .writeValue(FOLDER.resolve("alerts.json").toFile(), fired);
        }
        if (prometheus != null) {
            prometheus.close();
        }
        if (cluster != null) {
            cluster.close();
        }
        if (exporter != null) {
            exporter.stop(0);
        }
    }

    private static String secondsForMinutes() throws IOException {
        return Files.readString(MonitoringFiles.RULES)
                .replaceAll("for: \\d+m", "for: 2s")
                .replaceAll("\\[(\\d+)m\\]", "[$1s]")
                .replace("[1h]", "[60s]")
                .replace("[6h]", "[6m]")
                .replaceAll("offset (\\d+)m", "offset $1s")
                .replace("4 * 3600", "4 * 60")
                .replace("> 600", "> 3");
    }

    /** Serves measures of a run that goes wrong when the test says so: no run of minutes does this by itself. */
    private void serveDoctored(Path folder) throws IOException {
        exporter = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        exporter.createContext("/metrics", exchange -> {
            byte[] text = String.format(
                            Locale.ROOT,
                            "rl_reward_score{run=\"doctored\"} %s%nlongstream_train_entropy_nats{run=\"doctored\"} %s%n"
                                    + "longstream_train_mismatch_kl_nats{run=\"doctored\"} %s%n"
                                    + "longstream_role_stalled{run=\"doctored\",role=\"scoring\"} %s%n",
                            collapsed ? 0.1 : 0.6,
                            collapsed ? 0.01 : 1.5,
                            collapsed ? 0.2 : 0,
                            collapsed ? 1 : 0)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, text.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(text);
            }
        });
        exporter.start();
        Path targets = Files.createDirectories(folder.resolve("metrics"));
        JSON.writeValue(
                targets.resolve("exporter.json").toFile(),
                List.of(Map.of(
                        "targets",
                        List.of("127.0.0.1:" + exporter.getAddress().getPort()),
                        "labels",
                        Map.of("role", "doctored"))));
    }

    @Test
    @Order(1)
    void shouldServeTheHealthOfEveryRole() throws Exception {
        // Given
        Map<String, String> expected = new TreeMap<>();
        cluster.roles().forEach(role -> expected.put(role.replaceAll("-\\d$", ""), "200 200"));
        // When
        Map<String, String> health = health();
        long deadline = deadline();
        while (!health.equals(expected) && System.nanoTime() < deadline) {
            Thread.sleep(1_000);
            health = health();
        }
        // Then
        assertThat(health).isEqualTo(expected);
    }

    /** Returns the statuses of {@code /healthz} and {@code /readyz} by role; the worse one of two processes. */
    private Map<String, String> health() throws Exception {
        Map<String, String> health = new TreeMap<>();
        try {
            for (Path file : targetFiles()) {
                JsonNode target = JSON.readTree(Files.readString(file)).get(0);
                String url = "http://" + target.at("/targets/0").asText();
                health.merge(
                        target.at("/labels/role").asText(),
                        status(url + "/healthz") + " " + status(url + "/readyz"),
                        (one, other) -> one.compareTo(other) > 0 ? one : other);
            }
        } catch (IOException e) {
            health.put("", e.toString()); // a process is just starting
        }
        return health;
    }

    private List<Path> targetFiles() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path run : cluster.allRunFolders()) {
            try (Stream<Path> files = Files.list(run.resolve("metrics"))) {
                files.filter(path -> path.toString().endsWith(".json")).forEach(all::add);
            }
        }
        return all;
    }

    private int status(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    @Order(2)
    void shouldAnswerEveryQueryOfTheDashboard() throws Exception {
        // Given
        List<Query> queries = MonitoringFiles.dashboardQueries();
        // When
        List<Query> withoutAnswer = queries;
        long deadline = deadline();
        while (!withoutAnswer.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(2_000);
            List<Query> left = new ArrayList<>();
            for (Query query : withoutAnswer) {
                if (prometheus
                        .values(query.expression().replace("run=~\".*\"", "run=\"tortured\""))
                        .isEmpty()) {
                    left.add(query);
                }
            }
            withoutAnswer = left;
        }
        // Then
        assertThat(withoutAnswer).isEmpty();
    }

    @Test
    @Order(3)
    void shouldFireForAnswersAsOldAsTheyMayBe() throws Exception {
        fires("LongstreamStalenessAtBound", "rollouts.worker.weights is as-admitted", () -> {}, () -> {});
    }

    @Test
    @Order(4)
    void shouldFireForARecordThatNobodyCanDecode() throws Exception {
        EventLog log = cluster.log(TortureCluster.RUN);
        fires(
                "LongstreamDeadLetters",
                "a broken record on trajectories",
                () -> {
                    try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                            log.clientSettings(), new StringSerializer(), new ByteArraySerializer())) {
                        producer.send(new ProducerRecord<>(
                                        log.topics().trajectories().name(), "bad", new byte[] {0, 0, 0, 0, 99, 1}))
                                .get();
                    }
                },
                () -> {});
    }

    @Test
    @Order(5)
    void shouldFireForADiskWithLittleLeftAndForOneThatFills() throws Exception {
        long free = cluster.runFolder().toFile().getUsableSpace() / MEBIBYTE;
        Path ballast = cluster.runFolder().resolve("ballast");
        restart("evaluation", "KILL", List.of("--set", "disk-reserve-mebibytes=" + (free - 3 * 1024)));
        fires("LongstreamDiskLow", "disk-reserve-mebibytes of a process is near the free space", () -> {}, () -> {});
        fires(
                "LongstreamDiskFills",
                "a file grows by 32 MiB a second",
                () -> grow(ballast),
                () -> Files.deleteIfExists(ballast));
    }

    private static void grow(Path file) throws Exception {
        byte[] piece = new byte[(int) (16 * MEBIBYTE)];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < 60; i++) {
                out.write(piece);
                Thread.sleep(500);
            }
        }
    }

    @Test
    @Order(6)
    void shouldFireForAProcessThatIsKilled() throws Exception {
        fires(
                "LongstreamRoleUnreachable",
                "kill -9 of evaluation",
                () -> cluster.processes().get("evaluation").signal("KILL"),
                () -> restart("evaluation", "KILL", List.of()));
    }

    @Test
    @Order(7)
    void shouldFireForAJudgeThatFailsAndForTheRequestsThatWait() throws Exception {
        Action failing = () -> cluster.judgeReplies(reply -> Reply.raw(500, "out of order"));
        fires("LongstreamJudgeDown", "the judge replies with status 500", failing, () -> {});
        fires("LongstreamLagGrows", "the judge replies with status 500", failing, () -> {});
        fires(
                "LongstreamRoleFailed",
                "the judge replies with status 401",
                () -> {
                    cluster.judgeReplies(reply -> Reply.raw(401, "no"));
                    for (int i = 0; i < 5 && !isFiring("LongstreamRoleFailed"); i++) {
                        cluster.processes().get("judge").awaitEnd(PATIENCE_S);
                        cluster.processes().get("judge").start();
                    }
                },
                () -> {
                    cluster.judgeReplies(reply -> reply);
                    restart("judge", "KILL", List.of());
                });
    }

    @Test
    @Order(8)
    void shouldFireForARoleThatIsGone() throws Exception {
        fires(
                "LongstreamRoleGone",
                "batching is told to end",
                () -> cluster.processes().get("batching").signal("TERM"),
                () -> restart("batching", "KILL", List.of()));
    }

    @Test
    @Order(9)
    void shouldFireForMeasuresThatGoWrong() throws Exception {
        Action collapse = () -> collapsed = true;
        fires("LongstreamRewardCollapse", "a doctored exporter", collapse, () -> {});
        fires("LongstreamEntropyCollapse", "a doctored exporter", collapse, () -> {});
        fires("LongstreamSamplerMismatch", "a doctored exporter", collapse, () -> {});
        fires("LongstreamStageStalled", "a doctored exporter", collapse, () -> {});
    }

    @Test
    @Order(10)
    void shouldHaveFiredEveryAlert() throws Exception {
        assertThat(new TreeSet<>(fired.keySet()))
                .isEqualTo(new TreeSet<>(MonitoringFiles.rules().stream()
                        .filter(rule -> rule.has("alert"))
                        .map(rule -> rule.get("alert").asText())
                        .toList()));
    }

    private void restart(String name, String signal, List<String> more) throws Exception {
        JavaProcess process = cluster.processes().get(name);
        if (process.alive()) {
            process.signal(signal);
            process.awaitEnd(PATIENCE_S);
        }
        JavaProcess next = cluster.process(name, more);
        cluster.processes().put(name, next);
        next.start();
    }

    private void fires(String alert, String fault, Action fail, Action mend) throws Exception {
        long began = System.nanoTime();
        fail.run();
        long deadline = deadline();
        while (!isFiring(alert)) {
            assertThat(System.nanoTime())
                    .as("%s does not fire: %s", alert, fault)
                    .isLessThan(deadline);
            Thread.sleep(500);
        }
        fired.put(alert, fault + ", fires after " + (System.nanoTime() - began) / 1_000_000_000 + " s");
        mend.run();
    }

    private boolean isFiring(String alert) throws Exception {
        return !prometheus
                .values("ALERTS{alertstate=\"firing\", alertname=\"" + alert + "\"}")
                .isEmpty();
    }

    private static long deadline() {
        return System.nanoTime() + PATIENCE_S * 1_000_000_000;
    }
}
