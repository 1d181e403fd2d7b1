package dev.longstream.exports;

import dev.longstream.exports.answers.AnswerExport;
import dev.longstream.exports.answers.AnswerForm;
import dev.longstream.exports.answers.Conversations;
import dev.longstream.exports.metrics.EventFile;
import dev.longstream.exports.metrics.MlflowRun;
import dev.longstream.exports.metrics.MlflowServer;
import dev.longstream.exports.tables.RowFormat;
import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.producers.following.RunFolderFiles;
import dev.longstream.producers.rendering.PromptForm;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The tools from PyPI, where {@code -Dlongstream.python} names a Python that has them. */
class RealToolsTest {
    private static final String PYTHON = System.getProperty("longstream.python", "");
    private static final int MISSING = 77;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    private static EventLog log;
    private static KafkaProducer<String, SpecificRecord> producer;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeARun() {
        assumeFalse(
                PYTHON.isEmpty(),
                "no tools to test with: set -Dlongstream.python=PYTHON to one with pandas, duckdb, datasets, tensorboard,"
                        + " mlflow and trl");
        log = BROKER.newRun("exported", 1);
        producer = log.producer(Map.of());
        send(
                log.topics().steps(),
                "1",
                Records.step(1)
                        .setReward(0.25)
                        .setSeconds(Map.of("fetch", 0.125))
                        .build());
        send(log.topics().steps(), "2", Records.step(2).setReward(0.5).build());
        send(log.topics().evaluations(), "before", Records.evaluation(-1, 0).build());
        send(log.topics().evaluations(), "end", Records.evaluation(2, 0.75).build());
        send(log.topics().prompts(), "p", Records.prompt("p").build());
        try (PolicyFolder policy = policy();
                Tokenizer tokenizer = policy.tokenizer()) {
            for (int sample = 0; sample < 2; sample++) {
                int[] tokens = tokenizer.encode((sample == 0 ? "Where" : "is") + " <|end|>");
                send(
                        log.topics().trajectories(),
                        "p@0",
                        Records.trajectory("p@0", sample)
                                .setTokens(Arrays.stream(tokens).boxed().toList())
                                .build());
            }
        }
        send(log.topics().groups(), "p@0", Records.group("p@0").build());
        producer.close();
    }

    private static PolicyFolder policy() {
        return PolicyFolder.open(Path.of("..", "models", "quickstart"));
    }

    private static <V extends SpecificRecord> void send(Topic<V> topic, String key, V value) {
        producer.send(new ProducerRecord<>(topic.name(), key, value));
    }

    private static void read(String what, Object where) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(PYTHON, "src/test/python/read_exports.py", what, where.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        assumeTrue(exit != MISSING, said);
        assertThat(exit).as(said).isZero();
        System.out.println(what + ": " + said.strip());
    }

    @Test
    void shouldBeReadByPandasDuckDbAndDatasets() throws Exception {
        // When
        for (RowFormat format : RowFormat.values()) {
            Path out = folder.resolve(format.extension());
            try (TableExport export = new TableExport(log, log.topics().all(), format, out)) {
                export.catchUp();
            }
        }
        // Then
        read("tables", folder);
    }

    @Test
    void shouldBeReadByTensorBoard() throws Exception {
        // When
        try (EventFile file = new EventFile(folder.resolve("tensorboard"));
                MetricExport export = new MetricExport(log, file)) {
            export.catchUp();
        }
        // Then
        read("tensorboard", folder);
    }

    @Test
    void shouldBeReadAsRowsForTrainers() throws Exception {
        // When
        exportAnswers();
        // Then
        read("answers", folder);
    }

    @Test
    void shouldBeTrainedOnByTrl() throws Exception {
        // When
        exportAnswers();
        // Then
        read("trl", folder);
    }

    private void exportAnswers() throws Exception {
        try (PolicyFolder policy = policy();
                Conversations conversations = new Conversations(
                        log, new RunFolderFiles(folder, log.topics()), policy, PromptForm.of(PromptStyle.PLAIN))) {
            for (AnswerForm form : AnswerForm.values()) {
                String name = form.name().toLowerCase(Locale.ROOT).replace('_', '-');
                new AnswerExport(log, conversations, form, new AnswerExport.Selection(1, 0))
                        .write(folder.resolve(name + "." + form.format().extension()));
            }
        }
    }

    @Test
    void shouldBeReadByMlflow() throws Exception {
        // Given
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port;
        Process server = new ProcessBuilder(
                        PYTHON,
                        "-m",
                        "mlflow",
                        "server",
                        "--port",
                        Integer.toString(port),
                        "--workers",
                        "1",
                        "--backend-store-uri",
                        "sqlite:///" + folder.resolve("mlflow.db"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.txt").toFile())
                .start();
        try {
            assumeTrue(answers(server, url), "mlflow has no server here; it comes with the package mlflow");
            // When
            // Twice, as an export that is repeated.
            for (int i = 0; i < 2; i++) {
                try (MlflowServer client = new MlflowServer(url, Map.of());
                        MlflowRun run = new MlflowRun(
                                client,
                                "longstream",
                                new MlflowRun.ExportedRun("exported", Instant.EPOCH, Map.of("seed", "1")));
                        MetricExport export = new MetricExport(log, run)) {
                    export.catchUp();
                    run.mark(true);
                }
            }
            // Then
            read("mlflow", url);
        } finally {
            server.descendants().forEach(ProcessHandle::destroy);
            server.destroy();
            server.waitFor();
        }
    }

    /** Waits until the server answers; false if it has ended. */
    private static boolean answers(Process server, String url) throws InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (server.isAlive() && System.nanoTime() < end) {
            try {
                HttpRequest request =
                        HttpRequest.newBuilder(URI.create(url + "/health")).build();
                if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return true;
                }
            } catch (IOException e) {
                Thread.sleep(500); // it is still starting
            }
        }
        return false;
    }
}
