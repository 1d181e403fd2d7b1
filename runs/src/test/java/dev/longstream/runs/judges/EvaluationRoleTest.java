package dev.longstream.runs.judges;

import dev.longstream.evaluation.EvaluationRole;
import dev.longstream.evaluation.WantedEvaluation;
import dev.longstream.log.EventLog;
import dev.longstream.producers.following.RunFolderFiles;
import dev.longstream.questions.DocumentText;
import dev.longstream.record.Evaluation;
import dev.longstream.runs.TownPolicy;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static dev.longstream.testing.TestBroker.send;
import static org.assertj.core.api.Assertions.assertThat;

/** Evaluates a policy that says one of two words on one question with a document. */
@Timeout(120)
class EvaluationRoleTest {
    private static final RunConfig CONFIG = new ConfigurationLoader()
            .set("scoring.thinking-expected=false")
            .set("evaluation.max-tokens=1")
            .load()
            .config();

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    private Path folder;

    @BeforeEach
    void writePolicy() {
        TownPolicy.write(folder);
    }

    @Test
    void shouldReadTheDocumentsOnceForAllVersions() throws Exception {
        // Given
        EventLog log = BROKER.newRun("documents", 1);
        publish(log);
        TownPolicy.announce(log, folder, 1);
        try (EvaluationRole role = role(log, 1, 2)) {
            role.start();
            TestBroker.awaitValues(log, log.topics().evaluations(), 1);
            // When
            try (Admin admin = log.admin()) {
                admin.deleteTopics(List.of(log.topics().documents().name()))
                        .all()
                        .get();
            }
            TownPolicy.announce(log, folder, 2);
            // Then
            awaitEnd(role);
            assertThat(TestBroker.values(log, log.topics().evaluations()))
                    .extracting(Evaluation::getVersion)
                    .containsExactly(1L, 2L);
        }
    }

    @Test
    void shouldFinishWithoutTheVersionsThatARunLeavesOutBecauseItEndsEarly() throws Exception {
        // Given
        EventLog log = BROKER.newRun("early", 1);
        publish(log);
        TownPolicy.announce(log, folder, 1);
        try (EvaluationRole role = role(log, 1, 9)) {
            role.start();
            // When
            role.endAt(1);
            // Then
            awaitEnd(role);
            assertThat(TestBroker.values(log, log.topics().evaluations()))
                    .extracting(Evaluation::getVersion)
                    .containsExactly(1L);
        }
    }

    private static void awaitEnd(EvaluationRole role) throws InterruptedException {
        while (!role.finished() && role.failure().isEmpty()) {
            Thread.sleep(50);
        }
        assertThat(role.failure()).isEmpty();
    }

    private EvaluationRole role(EventLog log, long first, long second) {
        return new EvaluationRole(
                log,
                new RunFolderFiles(folder, log.topics()),
                CONFIG.evaluation(),
                Evaluators.of(CONFIG, log),
                CONFIG.prompts().form(),
                Map.of(
                        first, new WantedEvaluation("version " + first, "held-out"),
                        second, new WantedEvaluation("version " + second, "held-out")),
                "digest");
    }

    private static void publish(EventLog log) throws Exception {
        DocumentText text = new DocumentText("", "Bruges has canals.");
        send(
                log,
                log.topics().documents(),
                text.digest(),
                Records.document(text.digest(), text.text()).build());
        send(
                log,
                log.topics().prompts(),
                "town",
                Records.prompt("town")
                        .setDocuments(List.of(text.digest()))
                        .setSplit("held-out")
                        .build());
    }
}
