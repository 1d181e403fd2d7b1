package dev.longstream.producers.rollouts;

import dev.longstream.endpoints.PolicyServer;
import dev.longstream.endpoints.ServingConfig;
import dev.longstream.engines.EngineAccess;
import dev.longstream.engines.EngineConfig;
import dev.longstream.engines.EngineKind;
import dev.longstream.log.EventLog;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.sampling.OnNewWeights;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.producers.WordPolicy;
import dev.longstream.record.Outcome;
import dev.longstream.record.Trajectory;
import dev.longstream.testing.ScriptedServer;
import dev.longstream.testing.ScriptedServer.Reply;
import dev.longstream.testing.TestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import static dev.longstream.producers.rollouts.WorkerRecords.await;
import static dev.longstream.producers.rollouts.WorkerRecords.versionsOf;
import static dev.longstream.testing.TestBroker.values;
import static org.assertj.core.api.Assertions.assertThat;

/** Workers whose answers a server samples. */
@Timeout(120)
class EngineWorkerTest {
    private static final int SAMPLES = 2;
    private static final String MODEL = "words";

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
        EventLog log = BROKER.newRun("engine-own-version", 1);
        announce(log, 0);
        announce(log, 1);
        assign(log, "new@0", 1, 2);
        try (PolicyServer server = PolicyServer.start(folder.resolve("model"), serving(), line -> {});
                RolloutWorker worker = worker(log, server.url())) {
            worker.start();
            await(log, SAMPLES);
            // When
            assign(log, "left@1", 0, 2);
            assign(log, "next@2", 1, 2);
            List<Trajectory> all = await(log, 3 * SAMPLES);

            // Then
            assertThat(worker.failure()).isEmpty();
            assertThat(versionsOf(all, "new@0")).containsOnly(1L);
            assertThat(versionsOf(all, "left@1")).containsOnly(0L);
            assertThat(versionsOf(all, "next@2")).containsOnly(1L);
            assertThat(all).extracting(Trajectory::getWeightsDigest).containsOnly(digest);
            assertThat(all).allSatisfy(answer -> assertThat(answer.getPolicyLogProbs())
                    .isEqualTo(answer.getBehaviourLogProbs()));
        }
        assertThat(values(log, log.topics().trajectories())).hasSize(3 * SAMPLES);
    }

    @Test
    void shouldPublishAFailureWhenTheServerRefusesAPrompt() throws Exception {
        // Given
        EventLog log = BROKER.newRun("engine-refuses", 1);
        announce(log, 0);
        assign(log, "long@0", 0, WordPolicy.POSITIONS);
        assign(log, "short@1", 0, 2);
        try (PolicyServer server = PolicyServer.start(folder.resolve("model"), serving(), line -> {});
                RolloutWorker worker = worker(log, server.url())) {
            // When
            worker.start();
            List<Trajectory> all = await(log, 2 * SAMPLES);

            // Then
            assertThat(all)
                    .filteredOn(answer -> answer.getGroupId().equals("long@0"))
                    .extracting(Trajectory::getOutcome)
                    .containsOnly(Outcome.INFRASTRUCTURE_FAILED);
            assertThat(versionsOf(all, "short@1")).containsOnly(0L);
        }
    }

    @Test
    void shouldSayWhatItWaitsForAndEndWhenItIsClosed() throws Exception {
        // Given
        EventLog log = BROKER.newRun("engine-loads-nothing", 1);
        announce(log, 0);
        assign(log, "waiting@0", 0, 2);
        try (ScriptedServer server = new ScriptedServer()
                .on("/weight_info", request -> Reply.raw(200, "{\"weight_version\": \"default\"}"))
                .on("/v1/models", request -> Reply.raw(200, "{\"data\": [{\"id\": \"words\"}]}"))
                .on("/pause", request -> Reply.raw(200, "{}"))
                .on("/collective_rpc", request -> Reply.raw(500, "{\"error\": \"disk\"}"))) {
            RolloutWorker worker = worker(log, server.url(""));
            try (worker) {
                // When
                worker.start();
                while (worker.waitsFor().stream().noneMatch(reason -> reason.contains("could not be loaded"))) {
                    Thread.sleep(20);
                }
                assertThat(worker.waitsFor().orElseThrow())
                        .contains(server.url("").toString(), "disk", "restart");
            }

            // Then
            assertThat(worker.failure()).isEmpty();
        }
        assertThat(values(log, log.topics().trajectories())).isEmpty();
    }

    private static ServingConfig serving() {
        return new ServingConfig("127.0.0.1", 0, MODEL, new SamplerLimits(16, 4, 1 << 27), 64, Duration.ofMinutes(1))
                .acceptingWeights();
    }

    private static RolloutWorker worker(EventLog log, URI url) throws Exception {
        try (Admin admin = log.admin()) {
            log.topics().assignmentQueue().configure(admin, Duration.ofSeconds(30));
        }
        RolloutConfig config =
                new RolloutConfig(4, 2, 16, 1, 64, 1 << 20, OnNewWeights.KEEP, SamplingVersion.AS_ADMITTED);
        EngineConfig engine = new EngineConfig(
                EngineKind.LONGSTREAM, List.of(url.toString()), MODEL, null, Duration.ofMinutes(1), 3, true, 0.001);
        return WorkerRecords.worker(log, folder, config, "worker").sampledBy(new EngineAccess(url, engine, null));
    }

    private static void announce(EventLog log, long version) throws Exception {
        WorkerRecords.announce(log, version, "model", digest);
    }

    private static void assign(EventLog log, String group, long admittedVersion, int maxTokens) throws Exception {
        WorkerRecords.assign(
                log,
                WorkerRecords.assignment(group, SAMPLES, admittedVersion, maxTokens)
                        .build());
    }
}
