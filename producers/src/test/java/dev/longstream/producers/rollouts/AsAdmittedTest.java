package dev.longstream.producers.rollouts;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.EventLog;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.sampling.OnNewWeights;
import dev.longstream.producers.WordPolicy;
import dev.longstream.record.Outcome;
import dev.longstream.record.Trajectory;
import dev.longstream.testing.TestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import static dev.longstream.producers.rollouts.WorkerRecords.await;
import static dev.longstream.producers.rollouts.WorkerRecords.versionsOf;
import static org.assertj.core.api.Assertions.assertThat;

/** Workers that sample each group with the version that admitted it. */
@Timeout(120)
class AsAdmittedTest {
    private static final int SAMPLES = 2;

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    private static Path folder;

    private static String digest;

    @BeforeAll
    static void writePolicy() {
        WordPolicy.write(folder.resolve("model"));
        digest = SafeTensors.sha256(folder.resolve("model/model.safetensors"));
    }

    @Test
    void shouldSampleAllTokensOfAGroupWithTheVersionThatAdmittedIt() throws Exception {
        // Given
        EventLog log = BROKER.newRun("own-version", 1);
        announce(log, 0, "model");
        assign(log, "long@0", 0, 300);
        assign(log, "short@1", 0, 1);
        try (RolloutWorker worker = worker(log)) {
            worker.start();
            await(log, SAMPLES); // of the short group; the long one is in progress
            // When
            announce(log, 1, "model");
            assign(log, "next@2", 1, 4);
            List<Trajectory> all = await(log, 3 * SAMPLES);

            // Then
            assertThat(worker.failure()).isEmpty();
            assertThat(versionsOf(all, "long@0")).containsOnly(0L);
            assertThat(versionsOf(all, "short@1")).containsOnly(0L);
            assertThat(versionsOf(all, "next@2")).containsOnly(1L);
        }
    }

    @Test
    void shouldGoBackToAnOlderVersionForAGroupThatAnotherWorkerLeft() throws Exception {
        // Given
        EventLog log = BROKER.newRun("left", 1);
        announce(log, 0, "model");
        announce(log, 1, "model");
        assign(log, "new@1", 1, 2);
        try (RolloutWorker worker = worker(log)) {
            worker.start();
            await(log, SAMPLES);
            // When
            assign(log, "left@0", 0, 2);

            // Then
            assertThat(versionsOf(await(log, 2 * SAMPLES), "left@0")).containsOnly(0L);
        }
    }

    @Test
    void shouldAnswerNothingAndGoOnWhenTheGroupIsFinished() throws Exception {
        // Given
        // Version 2 is made from all groups of version 0, whose folder is removed.
        EventLog log = BROKER.newRun("finished", 1);
        announce(log, 0, "removed");
        announce(log, 1, "model");
        announce(log, 2, "model");
        assign(log, "again@0", 0, 2);
        assign(log, "new@5", 2, 2);
        try (RolloutWorker worker = worker(log)) {
            // When
            worker.start();
            List<Trajectory> all = await(log, 2 * SAMPLES);

            // Then
            assertThat(worker.failure()).isEmpty();
            assertThat(all)
                    .filteredOn(trajectory -> trajectory.getGroupId().equals("again@0"))
                    .allMatch(trajectory -> trajectory.getOutcome() == Outcome.INFRASTRUCTURE_FAILED)
                    .allMatch(trajectory ->
                            String.valueOf(trajectory.getFailure()).contains("version 0"));
            assertThat(versionsOf(all, "new@5")).containsOnly(2L);
        }
    }

    @Test
    void shouldEndWhenTheLogLacksTheVersionThatAdmittedAGroup() throws Exception {
        // Given
        EventLog log = BROKER.newRun("lacking", 1);
        announce(log, 0, "model");
        announce(log, 2, "model");
        assign(log, "lost@0", 1, 2);
        try (RolloutWorker worker = worker(log)) {
            // When
            worker.start();
            while (worker.failure().isEmpty()) {
                Thread.sleep(20);
            }
            // Then
            assertThat(worker.failure().orElseThrow())
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining("announces version 2, but not version 1");
        }
    }

    private static RolloutWorker worker(EventLog log) throws Exception {
        try (Admin admin = log.admin()) {
            log.topics().assignmentQueue().configure(admin, Duration.ofSeconds(30));
        }
        RolloutConfig config =
                new RolloutConfig(4, 2, 16, 1, 64, 1 << 20, OnNewWeights.KEEP, SamplingVersion.AS_ADMITTED);
        return WorkerRecords.worker(log, folder, config, "worker");
    }

    private static void announce(EventLog log, long version, String uri) throws Exception {
        WorkerRecords.announce(log, version, uri, digest);
    }

    private static void assign(EventLog log, String group, long admittedVersion, int maxTokens) throws Exception {
        WorkerRecords.assign(
                log,
                WorkerRecords.assignment(group, SAMPLES, admittedVersion, maxTokens)
                        .build());
    }
}
