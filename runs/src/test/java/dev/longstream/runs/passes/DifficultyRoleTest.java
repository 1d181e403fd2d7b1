package dev.longstream.runs.passes;

import dev.longstream.log.EventLog;
import dev.longstream.producers.following.RunFolderFiles;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Difficulty;
import dev.longstream.record.Prompt;
import dev.longstream.runs.TownPolicy;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import static dev.longstream.testing.TestBroker.send;
import static org.assertj.core.api.Assertions.assertThat;

/** Measures difficulties with a policy that says a word of six, one of which is right. */
@Timeout(60)
class DifficultyRoleTest {
    private static final String PASS = "end-of-short";
    private static final int SAMPLES = 64;

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    private Path folder;

    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    @BeforeEach
    void writePolicy() {
        TownPolicy.write(folder);
    }

    @Test
    void shouldMeasureWhatLaterPhasesChooseByWithTheVersionThatIsAskedFor() throws Exception {
        // Given
        EventLog log = BROKER.newRun("measured", 1);
        RunConfig config = config();
        publish(log);
        // When
        measure(log, config);

        // Then
        List<Difficulty> results = TestBroker.values(log, log.topics().difficulty());
        assertThat(results).extracting(Difficulty::getPromptId).containsExactlyInAnyOrder("short-1", "short-2", "");
        assertThat(results.get(2).getPromptId()).as("comes last").isEmpty();
        assertThat(results).allSatisfy(result -> {
            assertThat(result.getScoredBy()).isEqualTo(PASS);
            assertThat(result.getLastVersion()).isEqualTo(7);
        });
        assertThat(results.subList(0, 2)).allSatisfy(result -> {
            assertThat(result.getSamples()).isEqualTo(SAMPLES);
            assertThat(result.getMeanReward()).isGreaterThan(0).isLessThan(1);
        });
    }

    @Test
    void shouldContinueAPassThatWasKilledAndRepeatNoneThatIsComplete() throws Exception {
        // Given
        EventLog log = BROKER.newRun("killed", 1);
        RunConfig config = config();
        publish(log);
        Difficulty before =
                Records.difficulty("short-1", 0.125).setScoredBy(PASS).build();
        send(log, log.topics().difficulty(), "short-1#" + PASS, before);
        // When
        measure(log, config);
        said.clear();
        try (DifficultyRole again = role(log, config)) {
            again.start();
            send(
                    log,
                    log.topics().control(),
                    "run",
                    Records.control(ControlCommand.PAUSE).build());

            // Then
            assertThat(TestBroker.values(log, log.topics().difficulty()))
                    .extracting(Difficulty::getPromptId)
                    .containsExactly("short-1", "short-2", "");
            assertThat(again.failure()).isEmpty();
        }
        assertThat(said).isEmpty();
    }

    private void measure(EventLog log, RunConfig config) throws Exception {
        try (DifficultyRole role = role(log, config)) {
            role.start();
            said.take();
            assertThat(said.take()).endsWith("questions are measured as " + PASS);
            assertThat(role.failure()).isEmpty();
        }
    }

    private DifficultyRole role(EventLog log, RunConfig config) {
        return new DifficultyRole(config, log, new RunFolderFiles(folder, log.topics()), said::add);
    }

    private static RunConfig config() {
        return new ConfigurationLoader()
                .set("phases[0].difficulty-samples=" + SAMPLES)
                .set("phases[1].retrospective.share=0.25")
                .set("phases[1].difficulty-of=" + PASS)
                .set("phases[1].max-tokens=1")
                .set("scoring.thinking-expected=false")
                .load()
                .config();
    }

    /** Announces version 7, asks for the measurement, and publishes two short questions, a long one and a held-out one. */
    private void publish(EventLog log) throws Exception {
        TownPolicy.announce(log, folder, 7);
        send(log, log.topics().prompts(), "short-1", prompt("short-1", 100, "train"));
        send(log, log.topics().prompts(), "short-2", prompt("short-2", 100, "train"));
        send(log, log.topics().prompts(), "long", prompt("long", 300, "train"));
        send(log, log.topics().prompts(), "held-out", prompt("held-out", 100, "held-out"));
        send(
                log,
                log.topics().control(),
                "run",
                Records.control(ControlCommand.MEASURE)
                        .setPhase("short")
                        .setVersion(7L)
                        .build());
    }

    private static Prompt prompt(String id, int tokens, String split) {
        return Records.prompt(id)
                .setQuestion(Records.question(id)
                        .setQuestion("Which town?")
                        .setInputTokens(tokens)
                        .build())
                .setSplit(split)
                .build();
    }
}
