package dev.longstream.producers.rollouts;

import dev.longstream.log.EventLog;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.sampling.OnNewWeights;
import dev.longstream.producers.WordPolicy;
import dev.longstream.producers.following.OpenWeights;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.following.RunFolderFiles;
import dev.longstream.producers.rendering.PromptForm;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.questions.DocumentText;
import dev.longstream.record.Document;
import dev.longstream.record.Outcome;
import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;
import dev.longstream.record.Weights;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import static dev.longstream.producers.rollouts.WorkerRecords.await;
import static org.assertj.core.api.Assertions.assertThat;

/** Workers whose weights or documents are not what the log says. */
@Timeout(120)
class DamagedFilesTest {
    private static final RolloutConfig CONFIG =
            new RolloutConfig(4, 2, 16, 1, 64, 0, OnNewWeights.KEEP, SamplingVersion.NEWEST);

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    private static Path run;

    private static String digest;

    @BeforeAll
    static void writePolicy() {
        WordPolicy.write(run.resolve("checkpoints/step-000000/model"));
        digest = SafeTensors.sha256(run.resolve("checkpoints/step-000000/model/model.safetensors"));
    }

    @Test
    void shouldWaitForADocumentWhenItsSharedFolderIsAway() throws Exception {
        // Given
        EventLog log = BROKER.newRun("share-away", 1);
        announce(log, 0, digest);
        DocumentText text = new DocumentText("", "word7 word8");
        publish(log, text.digest(), outside("documents/far.txt").setDigest(text.digest()));
        assign(log, "q@0", text.digest());
        try (RolloutWorker worker = worker(log)) {
            worker.start();
            Thread.sleep(3000);
            // When
            Files.createDirectories(run.resolve("documents"));
            Files.writeString(run.resolve("documents/far.txt"), text.text());
            // Then
            assertThat(await(log, 1))
                    .extracting(Trajectory::getOutcome)
                    .isSubsetOf(Outcome.COMPLETED, Outcome.TRUNCATED);
            assertThat(worker.failure()).isEmpty();
        }
    }

    @Test
    void shouldFailOnlyTheGroupsOfDamagedDocuments() throws Exception {
        // Given
        EventLog log = BROKER.newRun("documents", 1);
        announce(log, 0, digest);
        Files.createDirectories(run.resolve("documents"));
        Files.writeString(run.resolve("documents/changed.txt"), "word9");
        Path secret = Files.writeString(run.resolveSibling("secret.txt"), "word1");
        DocumentText right = new DocumentText("", "word7");
        publish(log, "d-inline", Records.document("d-inline", "word8"));
        publish(log, "d-file", outside("documents/changed.txt"));
        publish(log, "d-secret", outside(secret.toUri().toString()));
        publish(log, right.digest(), Records.document(right.digest(), right.text()));
        publish(log, right.digest(), Records.document(right.digest(), "not its text"));
        List<String> documents = List.of("d-inline", "d-file", "d-secret", right.digest());
        for (int i = 0; i < documents.size(); i++) {
            assign(log, "q@" + i, documents.get(i));
        }
        try (RolloutWorker worker = worker(log)) {
            // When
            worker.start();
            List<Trajectory> all = await(log, documents.size());
            // Then
            assertThat(reason(all, "q@0"))
                    .contains("Document d-inline is damaged: its record at offset 0 of documents.documents");
            assertThat(reason(all, "q@1")).contains("Document d-file is damaged: documents/changed.txt has a title");
            assertThat(reason(all, "q@2"))
                    .contains("on documents.documents names " + secret.toUri())
                    .contains("expected a path below the run's folder");
            assertThat(reason(all, "q@3")).isEqualTo("null");
            assertThat(worker.failure()).isEmpty();
        }
    }

    @Test
    void shouldGoOnWithOlderWeightsWhenANewVersionIsNotWhatWasAnnounced() throws Exception {
        // Given
        EventLog log = BROKER.newRun("torn", 1);
        announce(log, 0, digest);
        assign(log, "q@0");
        try (RolloutWorker worker = worker(log)) {
            worker.start();
            await(log, 1);
            // When
            announce(log, 1, "another digest");
            Thread.sleep(1000);
            assign(log, "q@1");
            // Then
            assertThat(await(log, 2)).allSatisfy(trajectory -> {
                assertThat(trajectory.getVersions())
                        .extracting(VersionRun::getVersion)
                        .containsOnly(0L);
                assertThat(trajectory.getWeightsDigest()).isEqualTo(digest);
            });
            assertThat(worker.failure()).isEmpty();
        }
    }

    @Test
    void shouldOpenAVersionAnewWhenItsFileIsCutOffWhileItIsRead() throws Exception {
        // Given
        EventLog log = BROKER.newRun("cut", 1);
        announce(log, 0, digest);
        assign(log, "q@0");
        Path file = run.resolve("checkpoints/step-000000/model/model.safetensors");
        byte[] whole = Files.readAllBytes(file);
        AtomicInteger opened = new AtomicInteger();
        RunFiles share = new RunFiles() {
            private final RunFiles files = new RunFolderFiles(run, log.topics());

            @Override
            public OpenWeights open(Weights announced) {
                write(file, whole);
                OpenWeights open = files.open(announced);
                if (opened.getAndIncrement() == 0) {
                    write(file, Arrays.copyOf(whole, whole.length / 2));
                }
                return open;
            }

            @Override
            public boolean has(Weights announced) {
                return files.has(announced);
            }

            @Override
            public String text(Document document) {
                return files.text(document);
            }
        };
        try (RolloutWorker worker = new RolloutWorker(
                log, share, CONFIG, 1, PromptForm.of(PromptStyle.PLAIN), "worker", "digest", RolloutListener.NONE)) {
            // When
            worker.start();
            while (worker.failure().isEmpty()
                    && TestBroker.values(log, log.topics().trajectories()).isEmpty()) {
                Thread.sleep(50);
            }
            // Then
            assertThat(worker.failure()).isEmpty();
            assertThat(opened).hasValue(2);
        }
    }

    private static void write(Path file, byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RolloutWorker worker(EventLog log) {
        return WorkerRecords.worker(log, run, CONFIG, "worker");
    }

    private static Document.Builder outside(String uri) {
        return Records.document(uri.replaceAll(".*/|\\.txt", ""), "")
                .setText(null)
                .setUri(uri);
    }

    private static void announce(EventLog log, long version, String digest) throws Exception {
        WorkerRecords.announce(log, version, "checkpoints/step-000000/model", digest);
    }

    private static void publish(EventLog log, String key, Document.Builder document) throws Exception {
        TestBroker.send(log, log.topics().documents(), key, document.build());
    }

    private static void assign(EventLog log, String group, String... documents) throws Exception {
        WorkerRecords.assign(
                log,
                WorkerRecords.assignment(group, 1, 0, 2)
                        .setDocuments(List.of(documents))
                        .build());
    }

    private static String reason(List<Trajectory> all, String group) {
        return all.stream()
                .filter(trajectory -> trajectory.getGroupId().equals(group))
                .map(trajectory -> String.valueOf(trajectory.getFailure()))
                .findFirst()
                .orElseThrow();
    }
}
