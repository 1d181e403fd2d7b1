package dev.longstream.trainer.learner;

import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.trainer.objective.Aggregation;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import dev.longstream.trainer.optimizer.Schedule;
import dev.longstream.trainer.optimizer.WeightDecay;
import dev.longstream.trainer.supervised.SupervisedConfig;
import dev.longstream.trainer.supervised.SupervisedProgress;
import dev.longstream.trainer.supervised.SupervisedRow;
import dev.longstream.trainer.supervised.SupervisedTraining;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** The real policy behind the trainer's view of it. */
class ModelLearnersTest {
    private static final OptimizerSettings SETTINGS =
            new OptimizerSettings(0.01, Schedule.COSINE, 2, 0.1, 0.9, 0.95, 1e-8, WeightDecay.ofMatrices(0.01), 1);

    @TempDir
    private Path temporary;

    private Path start;

    @BeforeEach
    void makeStart() throws IOException {
        start = TinyPolicy.write(temporary.resolve("start"));
    }

    @Test
    void shouldLearnWhatItIsShown() {
        List<SupervisedProgress> heard = new ArrayList<>();
        training("run", 20).run(ModelLearnersTest::batch, heard::add);
        assertThat(heard.get(19).loss()).isLessThan(heard.get(0).loss() / 2);
    }

    @Test
    void shouldEndWithTheSameWeightsWhenItIsInterruptedAndGoesOn() {
        // Given
        String undisturbed = digest(training("undisturbed", 4));
        // When
        SupervisedTraining interrupted = training("run", 4);
        assertThat(interrupted.run(ModelLearnersTest::batch, progress -> {
                    if (progress.step() == 5) {
                        interrupted.stop();
                    }
                }))
                .isEmpty();
        // Then
        assertThat(digest(training("run", 4))).isEqualTo(undisturbed);
    }

    @Test
    void shouldLeaveTheWeightsUntouchedWhenTheGradientIsNotFinite() {
        try (Learner learner = new ModelLearners().open(start, start, SETTINGS)) {
            // Given
            SupervisedRow row = batch(0).get(0);
            learner.accumulate(List.of(new PromptAnswers(row.prompt(), row.answers())), 1, scores -> {
                float[][][] gradient = {{{Float.NaN, 0}}};
                return gradient;
            });
            // When
            double norm = learner.step(0.01, 1);
            // Then
            assertThat(norm).isNaN();
            Path folder = temporary.resolve("after");
            assertThat(folder.toFile().mkdir()).isTrue();
            assertThat(learner.writeModel(folder)).isEqualTo(SafeTensors.sha256(start.resolve("model.safetensors")));
        }
    }

    private static String digest(SupervisedTraining training) {
        Path model = training.run(ModelLearnersTest::batch, progress -> {}).orElseThrow();
        assertThat(model.resolve("config.json")).exists();
        return SafeTensors.sha256(model.resolve("model.safetensors"));
    }

    private static List<SupervisedRow> batch(int step) {
        return List.of(
                SupervisedRow.of(new int[] {1, 4, 5}, new int[] {6, 2}),
                SupervisedRow.of(new int[] {1, 7}, new int[] {8, 9, 2}),
                SupervisedRow.of(new int[] {1, 4}, new int[] {10, 2}));
    }

    private SupervisedTraining training(String folder, int checkpointEvery) {
        SupervisedConfig config = new SupervisedConfig(20, SETTINGS, Aggregation.TOKEN_MEAN, 12, checkpointEvery);
        return new SupervisedTraining(config, start, temporary.resolve(folder), "config", new ModelLearners());
    }
}
