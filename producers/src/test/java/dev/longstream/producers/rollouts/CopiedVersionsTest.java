package dev.longstream.producers.rollouts;

import dev.longstream.log.EventLog;
import dev.longstream.policy.delta.DeltaFile;
import dev.longstream.policy.delta.DeltaFile.DeltaSize;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.sampling.OnNewWeights;
import dev.longstream.producers.WordPolicy;
import dev.longstream.producers.following.FetchedFiles;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.following.RunFolderFiles;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Weights;
import dev.longstream.record.WeightsDelta;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/** A worker that makes versions from deltas on its own disk, and one that reads them where they are. */
@Timeout(120)
class CopiedVersionsTest {
    private static final int SAMPLES = 2;
    private static final String WEIGHTS = "model.safetensors";

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    private Path run;

    @TempDir
    private Path copies;

    @Test
    void shouldSampleTheSameTokensFromDeltasAsFromWholeVersions() throws Exception {
        // Given
        Weights first = version(0, null);
        Weights second = version(1, first);
        EventLog log = BROKER.newRun("whole", 1);
        Map<String, List<Integer>> whole = sample(log, new RunFolderFiles(run, log.topics()), first, second, () -> {});
        // When
        // The weights of version 1 are gone from the share, so that they can only come from the delta.
        EventLog other = BROKER.newRun("deltas", 1);
        Map<String, List<Integer>> fromDeltas = sample(
                other,
                FetchedFiles.shared(copies, run, other.topics()),
                first,
                second,
                () -> Files.write(run.resolve(second.getUri()).resolve(WEIGHTS), new byte[] {1}));
        // Then
        assertThat(fromDeltas).hasSize(2 * SAMPLES).isEqualTo(whole);
    }

    private interface Change {
        void make() throws Exception;
    }

    /** Samples one group under each of two versions, and returns the tokens by group and sample. */
    private static Map<String, List<Integer>> sample(
            EventLog log, RunFiles files, Weights first, Weights second, Change before) throws Exception {
        try (Admin admin = log.admin()) {
            log.topics().assignmentQueue().configure(admin, Duration.ofSeconds(30));
        }
        RolloutConfig config =
                new RolloutConfig(4, 2, 16, 1, 64, 1 << 20, OnNewWeights.KEEP, SamplingVersion.AS_ADMITTED);
        try (RolloutWorker worker = WorkerRecords.worker(log, files, config, "worker")) {
            worker.start();
            List<Trajectory> all = List.of();
            for (Weights weights : List.of(first, second)) {
                long version = weights.getVersion();
                if (version == second.getVersion()) {
                    before.make();
                }
                TestBroker.send(log, log.topics().weights(), Long.toString(version), weights);
                WorkerRecords.assign(
                        log,
                        WorkerRecords.assignment("a@" + version, SAMPLES, version, 20)
                                .build());
                all = WorkerRecords.await(log, (int) (version + 1) * SAMPLES);
            }
            assertThat(worker.failure()).isEmpty();
            Map<String, List<Integer>> tokens = new TreeMap<>();
            all.forEach(answer -> tokens.put(answer.getGroupId() + "#" + answer.getSampleIndex(), answer.getTokens()));
            return tokens;
        }
    }

    /** Writes a version; that after version 0 differs in one weight of a hundred, and has a delta. */
    private Weights version(long version, @Nullable Weights before) throws Exception {
        String place = "checkpoints/step-%06d/bfloat16".formatted(version);
        Path folder = Files.createDirectories(run.resolve(place));
        WordPolicy.write(folder);
        Path weights = folder.resolve(WEIGHTS);
        if (before == null) {
            return Records.weights(version)
                    .setUri(place)
                    .setDigest(SafeTensors.sha256(weights))
                    .setBytes(Files.size(weights))
                    .build();
        }
        byte[] bytes = Files.readAllBytes(weights);
        for (int i = bytes.length - 2; i > bytes.length / 10; i -= 200) {
            bytes[i] ^= 0x40; // a large change of a float
        }
        Files.write(weights, bytes);
        Path delta = run.resolve(place + ".delta");
        DeltaSize size = DeltaFile.write(run.resolve(before.getUri()).resolve(WEIGHTS), weights, delta)
                .orElseThrow();
        return Records.weights(version)
                .setUri(place)
                .setDigest(SafeTensors.sha256(weights))
                .setBytes(Files.size(weights))
                .setDelta(new WeightsDelta(place + ".delta", before.getVersion(), size.bytes(), size.digest()))
                .build();
    }
}
