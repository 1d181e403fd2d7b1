package dev.longstream.trainer.loop;

import dev.longstream.policy.model.TorchModule;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.record.Batch;
import dev.longstream.record.Group;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Weights;
import dev.longstream.trainer.batch.BatchException;
import dev.longstream.trainer.batch.BatchSource;
import dev.longstream.trainer.checkpoint.CheckpointException;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.DurableFiles;
import dev.longstream.trainer.learner.BigramLearners;
import dev.longstream.trainer.learner.Crash;
import dev.longstream.trainer.learner.CrashingFiles;
import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.objective.EntropyTerm;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import dev.longstream.trainer.optimizer.Schedule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class TrainingLoopTest {
    private static final int STEPS = 5;
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);

    @TempDir
    private Path temporary;

    private Path start;

    @BeforeEach
    void makeStart() throws IOException {
        start = BigramLearners.start(temporary.resolve("start"));
    }

    @Test
    void shouldMakeOneVersionOfEachBatchAndAnnounceItInOrder() {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        List<Step> heard = new ArrayList<>();
        // When
        boolean finished = run(log, "run", Crash.never(), heard::add);
        // Then
        assertThat(finished).isTrue();
        assertThat(log.weights).extracting(Weights::getVersion).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(log.steps).extracting(Step::getVersion).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(log.steps).extracting(Step::getBatch).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(heard).isEqualTo(log.steps);
        assertThat(log.weights).extracting(Weights::getDigest).doesNotHaveDuplicates();
        Weights last = log.weights.get(STEPS);
        assertThat(Path.of(URI.create(last.getUri())).resolve("model.safetensors"))
                .exists()
                .hasSize(last.getBytes())
                .satisfies(file -> assertThat(SafeTensors.sha256(file)).isEqualTo(last.getDigest()));
    }

    @Test
    void shouldSayWhatTheStepDid() {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        // When
        run(log, "run", Crash.never());
        // Then
        Step first = log.steps.get(0);
        assertThat(first.getGroups()).isEqualTo(2);
        assertThat(first.getTrajectories()).isEqualTo(4); // the failed ones are no part of it
        assertThat(first.getCompletionTokens()).isEqualTo(12);
        assertThat(first.getPromptTokens()).isEqualTo(6);
        assertThat(first.getReward()).isEqualTo(0.5);
        assertThat(first.getRewardDeviation()).isEqualTo(Math.sqrt(1.0 / 3), within(1e-12));
        assertThat(first.getKlToInitial()).isZero(); // version 0 is the initial policy
        assertThat(first.getResponseLength()).isEqualTo(3);
        assertThat(first.getInputLength()).isEqualTo(3);
        assertThat(first.getStalenessMax()).isZero();
        assertThat(first.getMismatchTokens()).isEqualTo(12);
        assertThat(first.getGradientNorm()).isPositive();
        assertThat(first.getSeconds()).containsOnlyKeys("wait", "fetch", "forward-backward", "optimizer", "checkpoint");
        assertThat(first.getConfigDigest()).isEqualTo("config");
        Step second = log.steps.get(1);
        assertThat(second.getKlToInitial()).isPositive();
        assertThat(second.getStalenessMax()).isEqualTo(1);
        assertThat(second.getStalenessMean()).isEqualTo(1.0 / 3, within(1e-12));
        assertThat(second.getMismatchTokens()).isEqualTo(8);
    }

    @Test
    void shouldGiveTheSameDigestsWhenTheSameBatchesAreTrainedTwice() {
        FakeLog once = FakeLog.withBatches(STEPS);
        FakeLog twice = FakeLog.withBatches(STEPS);
        run(once, "once", Crash.never());
        run(twice, "twice", Crash.never());
        assertThat(twice.steps).isEqualTo(once.steps);
    }

    @Test
    void shouldTrainEachBatchOnceWhereverTheProcessIsKilled() {
        // Given
        FakeLog undisturbed = FakeLog.withBatches(STEPS);
        Crash counting = Crash.never();
        run(undisturbed, "undisturbed", counting);
        int points = counting.passed();
        assertThat(points).isGreaterThan(STEPS * 10);
        for (int point = 0; point < points; point++) {
            // When
            FakeLog log = FakeLog.withBatches(STEPS);
            String run = "killed-at-" + point;
            Crash crash = Crash.at(point);
            assertThatThrownBy(() -> run(log, run, crash)).satisfies(thrown -> assertThat(crash.killed())
                    .as("died of a kill, not of %s", thrown)
                    .isTrue());
            boolean finished = run(log, run, Crash.never());
            // Then
            assertThat(finished).isTrue();
            assertThat(log.steps).as("steps after a kill at point %d", point).isEqualTo(undisturbed.steps);
            assertVersionsOnce(log);
            assertOnlyWholeCheckpoints(run);
        }
    }

    @Test
    void shouldTrainEachBatchOnceWhenTheProcessIsKilledAgainAndAgain() {
        // Given
        FakeLog undisturbed = FakeLog.withBatches(STEPS);
        run(undisturbed, "undisturbed", Crash.never());
        Random random = new Random(7);
        for (int trial = 0; trial < 20; trial++) {
            FakeLog log = FakeLog.withBatches(STEPS);
            // When
            boolean finished = false;
            while (!finished) {
                try {
                    finished = run(log, "trial-" + trial, Crash.at(random.nextInt(60)));
                } catch (RuntimeException e) {
                    assertThat(e).isInstanceOfAny(Crash.Killed.class, CheckpointException.class);
                }
            }
            // Then
            assertThat(log.steps).isEqualTo(undisturbed.steps);
            assertVersionsOnce(log);
        }
    }

    @ParameterizedTest
    @CsvSource({"accumulate, 5, false", "accumulate, 6, true", "step, 3, false", "step, 3, true"})
    void shouldGoOnFromTheStepBeforeWhenAStepFoundNoMemory(String point, int time, boolean javas) throws IOException {
        // Given
        FakeLog undisturbed = FakeLog.withBatches(STEPS);
        run(undisturbed, "undisturbed", Crash.never());
        FakeLog log = FakeLog.withBatches(STEPS);
        Crash crash =
                Crash.failing(point, time, javas ? TrainingLoopTest::exhaustJava : TrainingLoopTest::exhaustTorch);
        // When
        assertThatThrownBy(() -> run(log, "run", crash))
                // Then
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("Batch 2 at")
                .hasMessageContaining(javas ? "Java has none left (Direct buffer memory)" : "could not allocate")
                .hasMessageContaining("step-000002 is unchanged")
                .hasMessageContaining("trainer.memory-mebibytes (now 0")
                .hasMessageContaining("trainer.micro-batch-tokens (now 8)");
        assertThat(log.weights).hasSize(3);
        try (Stream<Path> paths = Files.list(temporary.resolve("run"))) {
            assertThat(paths.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(".lock", "step-000000", "step-000001", "step-000002");
        }
        assertThat(run(log, "run", Crash.never())).isTrue();
        assertThat(log.steps).isEqualTo(undisturbed.steps);
        assertVersionsOnce(log);
    }

    private static void exhaustJava() {
        throw new OutOfMemoryError("Direct buffer memory");
    }

    /** Asks for more than a process can address. */
    private static void exhaustTorch() {
        try (TorchModule module = TorchModule.compile(
                """
                def fill(self: __torch__.Policy, count: int) -> int:
                  x = torch.zeros([count], dtype=6, layout=None, device=None, pin_memory=None)
                  return torch.size(x, 0)
                """)) {
            module.call("fill", 1L << 46);
        }
    }

    private static void assertVersionsOnce(FakeLog log) {
        assertThat(log.weights)
                .extracting(Weights::getVersion)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, STEPS).boxed().toList());
    }

    private void assertOnlyWholeCheckpoints(String run) {
        try (Stream<Path> paths = Files.list(temporary.resolve(run))) {
            assertThat(paths.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            ".lock", "step-000000", "step-000002", "step-000003", "step-000004", "step-000005");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldTrainEveryBatchByTheObjectiveOfItsPhase() {
        // Given a second phase with an objective of its own
        LossSettings plain = LossSettings.DEFAULT;
        LossSettings bonus = plain.withEntropy(new EntropyTerm(0.1, true, 1));
        List<Step> run =
                stepsOf("own", config(phase(plain, MomentsAtStart.KEEP), phase(bonus, MomentsAtStart.KEEP)), 2, 4);
        List<Step> alike = stepsOf("alike", config(phase(plain, MomentsAtStart.KEEP)), 2, 4);
        // Then batches of the first phase are trained as they would be without it
        assertThat(run.subList(0, 2))
                .extracting(Step::getWeightsDigest)
                .isEqualTo(
                        alike.subList(0, 2).stream().map(Step::getWeightsDigest).toList());
        assertThat(run.get(2).getLoss()).isNotEqualTo(alike.get(2).getLoss());
        assertThat(run.get(2).getPhase()).isEqualTo("two");
    }

    @Test
    void shouldForgetMomentsOnceWhereAPhaseBegins() {
        // Given batches of two phases that take turns: one one two one two
        TrainerConfig keep = config(
                phase(LossSettings.DEFAULT, MomentsAtStart.KEEP), phase(LossSettings.DEFAULT, MomentsAtStart.KEEP));
        TrainerConfig reset = config(
                phase(LossSettings.DEFAULT, MomentsAtStart.KEEP), phase(LossSettings.DEFAULT, MomentsAtStart.RESET));
        List<String> forgotten = new ArrayList<>();
        // When
        List<Step> kept = stepsOf("keep", keep, 2, 4);
        List<Step> run = stepsOf("reset", reset, 2, 4);
        for (int batch = 2; batch < STEPS; batch++) {
            // Then the first batch of the second phase alone moves the weights by its own gradient
            forgotten.add(
                    run.get(batch).getWeightsDigest().equals(kept.get(batch).getWeightsDigest()) ? "same" : "other");
        }
        assertThat(run.subList(0, 2))
                .extracting(Step::getWeightsDigest)
                .isEqualTo(
                        kept.subList(0, 2).stream().map(Step::getWeightsDigest).toList());
        assertThat(forgotten).containsOnly("other");
        // And the one at batch 4 does not: a phase begins once
        assertThat(stepsOf("two-resets", reset, 2, 3, 4).get(2).getWeightsDigest())
                .isEqualTo(run.get(2).getWeightsDigest());
    }

    @Test
    void shouldForgetMomentsTheSameWayWhereverTheProcessIsKilled() {
        // Given
        TrainerConfig reset = config(
                phase(LossSettings.DEFAULT, MomentsAtStart.KEEP), phase(LossSettings.DEFAULT, MomentsAtStart.RESET));
        List<Step> undisturbed = stepsOf("undisturbed-phases", reset, 2, 4);
        for (int point = 0; point < 60; point += 3) {
            FakeLog log = FakeLog.withBatches(STEPS).inSecondPhase(2, 4);
            String folder = "phases-killed-at-" + point;
            Crash crash = Crash.at(point);
            // When
            try {
                run(log, folder, crash, reset);
            } catch (RuntimeException e) {
                assertThat(crash.killed()).isTrue();
            }
            run(log, folder, Crash.never(), reset);
            // Then
            assertThat(log.steps).as("after a kill at point %d", point).isEqualTo(undisturbed);
        }
    }

    private static PhaseTraining phase(LossSettings loss, MomentsAtStart moments) {
        return new PhaseTraining(loss, moments);
    }

    /** Steps of a run in which some batches are of the second phase. */
    private List<Step> stepsOf(String folder, TrainerConfig config, long... ofSecondPhase) {
        FakeLog log = FakeLog.withBatches(STEPS).inSecondPhase(ofSecondPhase);
        run(log, folder, Crash.never(), config);
        return log.steps;
    }

    private boolean run(FakeLog log, String folder, Crash crash, TrainerConfig config) {
        return run(
                log,
                folder,
                new BigramLearners(crash),
                new CrashingFiles(crash),
                crash,
                step -> {},
                new ArrayList<>(),
                config);
    }

    @Test
    void shouldKeepTheNewestWholeAndTheWeightsOfChosenVersions() {
        // When
        run(FakeLog.withBatches(STEPS), "run", Crash.never());
        // Then
        Path run = temporary.resolve("run");
        assertThat(run.resolve("step-000001")).doesNotExist();
        for (int kept : new int[] {0, 2}) {
            assertThat(run.resolve("step-00000" + kept + "/model/model.safetensors"))
                    .exists();
            assertThat(run.resolve("step-00000" + kept + "/moments.safetensors"))
                    .doesNotExist();
        }
        for (int whole : new int[] {3, 4, 5}) {
            assertThat(run.resolve("step-00000" + whole + "/moments.safetensors"))
                    .exists();
        }
    }

    @Test
    void shouldStopBetweenMicroBatchesAndGoOnFromTheCheckpoint() {
        // Given
        FakeLog undisturbed = FakeLog.withBatches(STEPS);
        run(undisturbed, "undisturbed", Crash.never());
        FakeLog log = FakeLog.withBatches(STEPS);
        // When
        List<TrainingLoop> loops = new ArrayList<>();
        boolean finished = run(
                log,
                "run",
                Crash.never(),
                step -> {
                    if (step.getVersion() == 2) {
                        loops.get(0).stop();
                    }
                },
                loops);
        // Then
        assertThat(finished).isFalse();
        assertThat(log.weights).hasSize(3);
        assertThat(run(log, "run", Crash.never())).isTrue();
        assertThat(log.steps).isEqualTo(undisturbed.steps);
    }

    @Test
    void shouldRefuseAStepWhoseGradientIsNotFiniteAndLeaveTheCheckpointUntouched() {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        log.groups.values().stream()
                .filter(group -> group.getOrdinal() == 4)
                .forEach(group -> group.getMembers().get(0).setAdvantage(Double.NaN));
        // When, then
        assertThatThrownBy(() -> run(log, "run", Crash.never()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("Batch 2 at")
                .hasMessageContaining("norm is NaN")
                .hasMessageContaining("step-000002 is unchanged");
        assertThat(log.weights).hasSize(3);
        assertThat(temporary.resolve("run/step-000003")).doesNotExist();
    }

    @Test
    void shouldNameThePreviousCheckpointWhenTheDiskIsFull() {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        DurableFiles full = new DurableFiles() {
            @Override
            public void write(Path file, byte[] content) throws IOException {
                if (file.toString().contains("step-000002")) {
                    throw new IOException("No space left on device");
                }
                super.write(file, content);
            }
        };
        // When, then
        assertThatThrownBy(() -> run(log, "run", full))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("step-000002 could not be written: No space left on device")
                .hasMessageContaining("the newest complete one is")
                .hasMessageContaining("step-000001");
        assertThat(log.weights).hasSize(2);
        assertThat(run(log, "run", new DurableFiles())).isTrue();
    }

    @Test
    void shouldRefuseAFolderOfAnotherConfiguration() {
        FakeLog log = FakeLog.withBatches(STEPS);
        run(log, "run", Crash.never());
        assertThatThrownBy(
                        () -> checkpoints("run", "another", new DurableFiles()).restore())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("belongs to another configuration: its digest is config, this run's is another");
    }

    @Test
    void shouldRefuseADamagedCheckpoint() throws IOException {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        run(log, "run", Crash.never());
        Path moments = temporary.resolve("run/step-000005/moments.safetensors");
        byte[] content = Files.readAllBytes(moments);
        content[3] ^= 1;
        Files.write(moments, content);
        // When, then
        assertThatThrownBy(() -> run(log, "run", Crash.never()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("is damaged: moments.safetensors has SHA-256");
    }

    @Test
    void shouldRefuseASecondTrainerInTheSameFolder() {
        try (Checkpoints first = checkpoints("run", "config", new DurableFiles())) {
            assertThat(first.restore()).isEmpty();
            assertThatThrownBy(() -> checkpoints("run", "config", new DurableFiles()))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("Another process trains in");
        }
    }

    @Test
    void shouldRefuseALogThatDoesNotBelongToTheFolder() {
        run(FakeLog.withBatches(STEPS), "run", Crash.never());
        assertThatThrownBy(() -> run(FakeLog.withBatches(STEPS), "run", Crash.never()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("is version 5, but the newest version announced on the log is none");
    }

    @Test
    void shouldRefuseABatchThatDoesNotFollowTheCheckpoint() {
        FakeLog log = FakeLog.withBatches(STEPS);
        log.batches.pollFirstEntry();
        assertThatThrownBy(() -> run(log, "run", Crash.never()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("The next batch is number 1")
                .hasMessageContaining("expected 0");
    }

    @Test
    void shouldRefuseRecordsThatDoNotFitTogether() {
        refused(
                log -> log.groups.remove(firstGroup(log)),
                "Batch 0 cannot be trained on: group prompt-0@0 is missing at");
        refused(
                log -> trajectory(log).setTokens(List.of(1, 2)),
                "sample 0 of group prompt-0@0 has 2 tokens, its group states 3");
        refused(
                log -> trajectory(log).setBehaviourLogProbs(List.of(-1f)),
                "sample 0 of group prompt-0@0 has 3 tokens and 1 behaviour log-probabilities");
        refused(
                log -> trajectory(log).getVersions().get(0).setVersion(3L),
                "has tokens of policy version 3, but version 0 is being trained");
        refused(log -> trajectory(log).setPromptTokens(null), "carries the prompt's tokens");
        refused(log -> group(log).getMembers().forEach(member -> member.setAdvantage(null)), null);
    }

    private void refused(Consumer<FakeLog> breakIt, String message) {
        FakeLog log = FakeLog.withBatches(1);
        breakIt.accept(log);
        if (message == null) {
            log.groups.values().forEach(group -> group.getMembers().forEach(member -> member.setAdvantage(null)));
        }
        assertThatThrownBy(() -> run(log, "refused-" + refusals++, Crash.never()))
                .isInstanceOf(BatchException.class)
                .hasMessageContaining(message == null ? "nothing to train on" : message);
    }

    private int refusals;

    private static RecordRef firstGroup(FakeLog log) {
        Batch batch = log.batches.firstEntry().getValue();
        return batch.getGroups().get(0).getGroup();
    }

    private static Group group(FakeLog log) {
        return log.groups.get(firstGroup(log));
    }

    private static Trajectory trajectory(FakeLog log) {
        return log.trajectories.get(group(log).getMembers().get(0).getTrajectory());
    }

    private boolean run(FakeLog log, String folder, Crash crash, StepListener... listeners) {
        return run(
                log,
                folder,
                crash,
                step -> List.of(listeners).forEach(listener -> listener.onStep(step)),
                new ArrayList<>());
    }

    private boolean run(FakeLog log, String folder, Crash crash, StepListener listener, List<TrainingLoop> loops) {
        return run(log, folder, new BigramLearners(crash), new CrashingFiles(crash), crash, listener, loops);
    }

    private boolean run(FakeLog log, String folder, DurableFiles files) {
        return run(log, folder, new BigramLearners(Crash.never()), files, Crash.never(), step -> {}, new ArrayList<>());
    }

    private boolean run(
            FakeLog log,
            String folder,
            Learners learners,
            DurableFiles files,
            Crash crash,
            StepListener listener,
            List<TrainingLoop> loops) {
        return run(log, folder, learners, files, crash, listener, loops, config());
    }

    private boolean run(
            FakeLog log,
            String folder,
            Learners learners,
            DurableFiles files,
            Crash crash,
            StepListener listener,
            List<TrainingLoop> loops,
            TrainerConfig config) {
        try (Checkpoints checkpoints = checkpoints(folder, "config", files);
                BatchSource source = log.source();
                Announcements announcements = log.announcements(crash)) {
            TrainingLoop loop = new TrainingLoop(
                    new TrainingLoop.Task(config, "config", start, List.of(listener)),
                    learners,
                    source,
                    announcements,
                    checkpoints,
                    new TrainingLoop.Clocks(CLOCK, () -> 0));
            loops.add(loop);
            return loop.run();
        }
    }

    private Checkpoints checkpoints(String folder, String configDigest, DurableFiles files) {
        Set<Long> keep = new HashSet<>(Set.of(0L, 2L));
        return new Checkpoints(temporary.resolve(folder), configDigest, 3, keep, files);
    }

    private static TrainerConfig config(PhaseTraining... phases) {
        return config(List.of(phases));
    }

    private static TrainerConfig config(List<PhaseTraining> phases) {
        return new TrainerConfig(
                new OptimizerSettings(0.1, Schedule.LINEAR, 2, 0.1, 0.9, 0.95, 1e-8, 0, 1),
                LossSettings.DEFAULT,
                STEPS,
                8,
                0,
                1,
                3,
                Set.of(2L),
                phases);
    }
}
