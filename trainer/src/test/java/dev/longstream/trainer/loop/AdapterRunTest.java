package dev.longstream.trainer.loop;

import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.NewAdapter;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import dev.longstream.record.WeightsBase;
import dev.longstream.trainer.batch.BatchSource;
import dev.longstream.trainer.checkpoint.AnnouncedFormat;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.DurableFiles;
import dev.longstream.trainer.checkpoint.KeptCheckpoints;
import dev.longstream.trainer.learner.Crash;
import dev.longstream.trainer.learner.CrashingFiles;
import dev.longstream.trainer.learner.ModelLearners;
import dev.longstream.trainer.learner.TinyPolicy;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static dev.longstream.trainer.loop.TrainingRuns.STEPS;
import static dev.longstream.trainer.loop.TrainingRuns.config;
import static dev.longstream.trainer.loop.TrainingRuns.phase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Checks training of an adapter, from the weights at its start to the folders that others read. */
class AdapterRunTest {
    private static final AdapterConfig SHAPE = new AdapterConfig(2, 4, List.of("q_proj", "v_proj"));

    @TempDir
    private Path temporary;

    private Path start;

    @BeforeEach
    void makeStart() throws IOException {
        start = TinyPolicy.write(temporary.resolve("start"));
    }

    private boolean run(FakeLog log, String folder, Crash crash) {
        return run(log, folder, crash, start, config());
    }

    private boolean run(FakeLog log, String folder, Crash crash, Path from, TrainerConfig config) {
        KeptCheckpoints kept = new KeptCheckpoints(3, 1, Set.of(0L, 2L));
        try (Checkpoints checkpoints = new Checkpoints(
                        temporary.resolve(folder), "config", kept, new CrashingFiles(crash), AnnouncedFormat.ADAPTER);
                BatchSource source = log.source();
                Announcements announcements = log.announcements(crash)) {
            return new TrainingLoop(
                            new TrainingLoop.Task(config, "config", from, List.of()),
                            new ModelLearners(64, Optional.of(new NewAdapter(SHAPE, 7))),
                            source,
                            announcements,
                            checkpoints,
                            TrainingLoop.Clocks.SYSTEM)
                    .run();
        }
    }

    @Test
    void shouldAnnounceSmallAdaptersOfOneBase() throws IOException {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        // When
        assertThat(run(log, "run", Crash.never())).isTrue();
        // Then
        WeightsBase base = new WeightsBase(
                "run/base",
                SafeTensors.sha256(start.resolve("model.safetensors")),
                Files.size(start.resolve("model.safetensors")));
        assertThat(log.weights).hasSize(STEPS + 1).extracting(Weights::getBase).containsOnly(base);
        assertThat(log.weights).extracting(Weights::getDigest).doesNotHaveDuplicates();
        Weights last = log.weights.get(STEPS);
        Path model = temporary.resolve(last.getUri());
        assertThat(last.getBytes())
                .isEqualTo(Files.size(model.resolve("adapter_model.safetensors")))
                .isLessThan(base.getBytes() / 2);
        try (Stream<Path> files = Files.list(model)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("adapter_config.json", "adapter_model.safetensors");
        }
        try (PolicyFolder open = PolicyFolder.open(model)) {
            assertThat(open.digest()).isEqualTo(last.getDigest());
            assertThat(open.base()).isEqualTo(temporary.resolve("run/base"));
        }
        assertThat(log.steps.get(0).getKlToInitial()).isZero();
        assertThat(log.steps.get(STEPS - 1).getKlToInitial()).isPositive();
    }

    @Test
    void shouldMakeTheSameVersionsWhereverTheProcessIsKilled() {
        // Given
        FakeLog undisturbed = FakeLog.withBatches(STEPS);
        Crash counting = Crash.never();
        run(undisturbed, "undisturbed", counting);
        int points = counting.passed();
        // When
        IntStream.iterate(0, point -> point < points, point -> point + 7).forEach(point -> {
            FakeLog log = FakeLog.withBatches(STEPS);
            assertThatThrownBy(() -> run(log, "killed-at-" + point, Crash.at(point)));
            assertThat(run(log, "killed-at-" + point, Crash.never())).isTrue();
            // Then
            assertThat(log.weights)
                    .as("killed at %s", point)
                    .extracting(Weights::getDigest)
                    .containsExactlyElementsOf(
                            undisturbed.weights.stream().map(Weights::getDigest).toList());
            assertThat(log.steps).extracting(Step::getBatch).doesNotHaveDuplicates();
        });
    }

    @Test
    void shouldGoOnFromAnAdapterAndFromAForkOfIt() {
        // Given
        FakeLog first = FakeLog.withBatches(STEPS);
        run(first, "first", Crash.never());
        Weights last = first.weights.get(STEPS);
        FakeLog second = FakeLog.withBatches(STEPS);
        // When
        run(second, "second", Crash.never(), temporary.resolve(last.getUri()), config());
        FakeLog fork = FakeLog.withBatches(STEPS);
        fork.weights.add(ForkedCheckpoint.read(temporary.resolve("first"), 3)
                .copyTo(temporary.resolve("fork"), "config", Set.of()));
        fork.batches.headMap(9L).clear();
        run(fork, "fork", Crash.never());
        // Then
        assertThat(second.weights.get(0).getDigest()).isEqualTo(last.getDigest());
        assertThat(second.weights.get(0).getBase().getDigest())
                .isEqualTo(last.getBase().getDigest());
        assertThat(fork.weights.get(0).getBase().getUri()).isEqualTo("fork/base");
        assertThat(fork.weights.get(2).getDigest()).isEqualTo(last.getDigest());
    }

    @Test
    void shouldMeasureKlAgainstTheAdapterAtThePhasesStart() {
        // Given
        TrainerConfig ofPhase = config(
                phase(LossSettings.DEFAULT, MomentsAtStart.KEEP),
                phase(LossSettings.DEFAULT, MomentsAtStart.KEEP, ReferencePolicy.PHASE_START));
        FakeLog log = FakeLog.withBatches(STEPS).inSecondPhase(3, 4);
        // When
        run(log, "run", Crash.never(), start, ofPhase);
        // Then
        assertThat(log.steps.get(2).getKlToInitial()).isPositive();
        assertThat(log.steps.get(3).getKlToInitial()).isZero();
        assertThat(log.steps.get(4).getKlToInitial()).isPositive();
    }

    @Test
    void shouldRefuseAnotherBaseAndAnotherShape() throws IOException {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        assertThatThrownBy(() -> run(log, "run", Crash.at(60)));
        Path base = temporary.resolve("run/base/model.safetensors");
        byte[] kept = Files.readAllBytes(base);
        byte[] damaged = kept.clone();
        damaged[damaged.length - 2]++;
        Files.write(base, damaged);
        // Then
        assertThatThrownBy(() -> run(log, "run", Crash.never()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("run/base has SHA-256")
                .hasMessageContaining("bring the folder back");
        Files.write(base, kept);
        Path adapter = temporary.resolve(log.weights.get(0).getUri());
        assertThatThrownBy(() -> new ModelLearners()
                        .open(adapter, adapter, TrainerConfig.DEFAULT.optimizer())
                        .close())
                .hasMessageContaining("holds an adapter of rank 2, alpha 4.0, targets [q_proj, v_proj]")
                .hasMessageContaining("longstream merge");
        NewAdapter other = new NewAdapter(new AdapterConfig(3, 4, SHAPE.targets()), 1);
        assertThatThrownBy(() -> new ModelLearners(64, Optional.of(other))
                        .open(adapter, adapter, TrainerConfig.DEFAULT.optimizer())
                        .close())
                .hasMessageContaining("trainer.adapter is rank 3");
    }

    @Test
    void shouldRefuseAForkThatTrainsAllWeights() {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        run(log, "first", Crash.never());
        try (Checkpoints whole =
                new Checkpoints(temporary.resolve("first"), "config", 3, Set.of(), new DurableFiles())) {
            // Then
            assertThatThrownBy(() -> KeptBase.keep(whole, start, whole.restore()))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("is an adapter, but trainer.adapter is not set")
                    .hasMessageContaining("merged first");
        }
    }
}
