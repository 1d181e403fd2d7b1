package dev.longstream.cli.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.files.FolderLock;
import dev.longstream.logging.LogOrigin;
import dev.longstream.logging.LogOrigin.RunProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import static org.assertj.core.api.Assertions.assertThat;

/** The log that {@code logback.xml} describes, on standard error and in {@code RUN/logs}. */
class LogConfigurationTest {
    private static final String OURS = "dev.longstream.trainer.loop.TrainerRole";
    private static final String LIBRARY = "org.apache.kafka.clients.NetworkClient";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private final LoggerContext context = new LoggerContext();

    @BeforeEach
    void open() {
        System.setErr(new PrintStream(terminal, true, StandardCharsets.UTF_8));
        LogOrigin.begin("try", "trainer");
        LogOrigin.step(12);
    }

    @AfterEach
    void close() {
        context.stop();
        System.setErr(before);
        System.clearProperty(LogFormat.VARIABLE);
        LogOrigin.begin("none", "none");
    }

    @Test
    void shouldShowALineAndKeepTheStackTraceInAFile() throws Exception {
        // Given
        configure("text");
        LogOrigin.folder(new RunProcess(folder, "trainer"));
        // When
        context.getLogger(OURS).error("trainer stopped", failure());
        // Then
        assertThat(terminalLines())
                .singleElement()
                .asString()
                .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) ERROR role=trainer run=try"
                                + " step=12 TrainerRole: trainer stopped \\| java.lang.IllegalStateException: the batch is lost"
                                + " \\| Caused by: java.io.IOException: bad, \\| very bad");
        assertThat(file("trainer.log"))
                .contains(" ERROR role=trainer run=try step=12 [", OURS, "\tat " + LogConfigurationTest.class.getName())
                .contains("Caused by: java.io.IOException: bad,\nvery bad");
    }

    @Test
    void shouldKeepInTheFileWhatTheTerminalDoesNotShow() throws Exception {
        // Given
        configure("text");
        LogOrigin.folder(new RunProcess(folder, "trainer"));
        // When
        context.getLogger(OURS).info("Version 3 from batch 2");
        context.getLogger(LIBRARY).warn("Connection to node 1 was lost");
        context.getLogger(LIBRARY).info("Discovered coordinator");
        context.getLogger("org.apache.kafka.streams.KafkaStreams").error("A thread is replaced");
        context.getLogger("org.apache.kafka.streams.processor.internals.TaskManager")
                .error("InvalidProducerEpochException");
        context.getLogger("dev.longstream.shown").info("steps 10/70");
        // Then
        assertThat(terminalLines()).isEmpty();
        assertThat(file("trainer.log"))
                .contains(
                        "Version 3 from batch 2",
                        "Connection to node 1 was lost",
                        "A thread is replaced",
                        "InvalidProducerEpochException",
                        "steps 10/70")
                .doesNotContain("Discovered coordinator");
    }

    @Test
    void shouldWriteAnObjectALineWhenAskedForJson() throws Exception {
        // Given
        configure("json");
        LogOrigin.folder(new RunProcess(folder, "trainer"));
        // When
        context.getLogger(OURS).error("trainer \"stopped\"", failure());
        context.getLogger("dev.longstream.shown").info("steps 10/70");
        // Then
        for (List<String> lines :
                List.of(terminalLines(), file("trainer.log").lines().toList())) {
            assertThat(lines).hasSize(2);
            JsonNode error = JSON.readTree(lines.get(0));
            assertThat(error.get("level").asText()).isEqualTo("ERROR");
            assertThat(error.get("formattedMessage").asText()).isEqualTo("trainer \"stopped\"");
            assertThat(error.get("mdc"))
                    .isEqualTo(JSON.readTree("{\"role\": \"trainer\", \"run\": \"try\", \"step\": \"12\"}"));
            assertThat(error.get("timestamp").asLong()).isPositive();
            assertThat(error.at("/throwable/cause/message").asText()).isEqualTo("bad,\nvery bad");
            assertThat(error.at("/throwable/stepArray/0/className").asText())
                    .isEqualTo(LogConfigurationTest.class.getName());
            assertThat(JSON.readTree(lines.get(1)).get("formattedMessage").asText())
                    .isEqualTo("steps 10/70");
        }
    }

    @Test
    void shouldLeaveTheFileOfALiveProcessAloneAndContinueThatOfADeadOne() throws Exception {
        // Given
        configure("text");
        Path logs = Files.createDirectories(folder.resolve("logs"));
        Files.writeString(logs.resolve("scoring-2.log"), "of a process that ended\n");
        try (FolderLock other = FolderLock.take(logs, "scoring.lock").orElseThrow()) {
            Objects.requireNonNull(other);
            LogOrigin.folder(new RunProcess(folder, "scoring"));
            // When
            context.getLogger(OURS).warn("a line");
        }
        // Then
        assertThat(logs.resolve("scoring.log")).doesNotExist();
        assertThat(file("scoring-2.log"))
                .startsWith("of a process that ended\n")
                .contains("a line");
    }

    @Test
    void shouldWriteNoFileWithoutARunFolderOrWhereNoneCanBeMade() throws Exception {
        // Given
        configure("text");
        // When
        context.getLogger(OURS).warn("before the folder is open");
        LogOrigin.folder(new RunProcess(Files.createFile(folder.resolve("a-file")), "trainer"));
        context.getLogger(OURS).warn("where a file stands in the way");
        // Then
        assertThat(terminalLines()).hasSize(2);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("a-file"));
        }
    }

    private void configure(String format) throws JoranException {
        System.setProperty(LogFormat.VARIABLE, format);
        context.setMDCAdapter((LogbackMDCAdapter) MDC.getMDCAdapter());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Objects.requireNonNull(LogFormat.class.getResource("/logback.xml")));
    }

    private static Exception failure() {
        return new IllegalStateException("the batch is lost", new IOException("bad,\nvery bad"));
    }

    private List<String> terminalLines() {
        return terminal.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String file(String name) throws IOException {
        return Files.readString(folder.resolve("logs").resolve(name));
    }
}
