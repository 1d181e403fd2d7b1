package dev.longstream.trainer.loop;

import dev.longstream.log.PassingFault;
import dev.longstream.record.Weights;
import dev.longstream.trainer.batch.BatchSource;
import dev.longstream.trainer.checkpoint.AnnouncedFormat;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.DurableFiles;
import dev.longstream.trainer.checkpoint.KeptCheckpoints;
import dev.longstream.trainer.learner.Crash;
import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.learner.ModelLearners;
import dev.longstream.trainer.learner.TinyPolicy;
import dev.longstream.trainer.remote.RemoteLearners;
import dev.longstream.trainer.remote.ServedLearner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Trainings whose learner is started again in the middle of a step. */
class LostLearnerTest {
    @TempDir
    private Path temporary;

    private Path start;

    @BeforeEach
    void makeStart() throws IOException {
        start = TinyPolicy.write(temporary.resolve("start"));
    }

    @Test
    void shouldEndWithTheBytesOfAnUndisturbedTrainingWhenItsLearnerIsLost() throws IOException {
        // Given
        List<String> undisturbed = digests("undisturbed", new ModelLearners());
        for (String call : List.of("forward", "backward", "step", "write-model", "write-moments")) {
            try (ServedLearner served = new ServedLearner(new ModelLearners(), start)) {
                Learners learners = new RemoteLearners(served.address());
                FakeLog log = FakeLog.withBatches(TrainingRuns.STEPS);
                // When
                boolean[] lost = {false};
                Throwable failure = catchThrowable(() -> run(log, "lost-in-" + call, learners, step -> {
                    if (!lost[0]) {
                        lost[0] = true;
                        served.restartBefore(call);
                    }
                }));
                // Then
                assertThat(PassingFault.isBehind(failure))
                        .as("a role tries again: %s", failure)
                        .isTrue();
                assertThat(run(log, "lost-in-" + call, learners, step -> {})).isTrue();
                assertThat(log.weights).extracting(Weights::getDigest).containsExactlyElementsOf(undisturbed);
            }
        }
    }

    private List<String> digests(String folder, Learners learners) {
        FakeLog log = FakeLog.withBatches(TrainingRuns.STEPS);
        assertThat(run(log, folder, learners, step -> {})).isTrue();
        return log.weights.stream().map(Weights::getDigest).toList();
    }

    private boolean run(FakeLog log, String folder, Learners learners, StepListener listener) {
        KeptCheckpoints kept = new KeptCheckpoints(3, 1, Set.of(0L));
        try (Checkpoints checkpoints = new Checkpoints(
                        temporary.resolve(folder), "config", kept, new DurableFiles(), AnnouncedFormat.FLOAT32);
                BatchSource source = log.source();
                Announcements announcements = log.announcements(Crash.never())) {
            return new TrainingLoop(
                            new TrainingLoop.Task(TrainingRuns.config(), "config", start, List.of(listener)),
                            learners,
                            source,
                            announcements,
                            checkpoints,
                            TrainingLoop.Clocks.SYSTEM)
                    .run();
        }
    }
}
