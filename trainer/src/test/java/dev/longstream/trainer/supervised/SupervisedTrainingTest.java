package dev.longstream.trainer.supervised;

import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.record.Demonstration;
import dev.longstream.testing.Records;
import dev.longstream.trainer.checkpoint.CheckpointException;
import dev.longstream.trainer.learner.BigramLearners;
import dev.longstream.trainer.learner.Crash;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.objective.Aggregation;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import dev.longstream.trainer.optimizer.Schedule;
import dev.longstream.trainer.optimizer.WeightDecay;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class SupervisedTrainingTest {
    private static final int STEPS = 10;

    @TempDir
    private Path temporary;

    private Path start;

    @BeforeEach
    void makeStart() throws IOException {
        start = BigramLearners.start(temporary.resolve("start"));
    }

    @Test
    void shouldMakeTheRightTokensMoreLikely() {
        // Given
        List<SupervisedProgress> heard = new ArrayList<>();
        // When
        Path model = training("run", Crash.never())
                .run(SupervisedTrainingTest::batch, heard::add)
                .orElseThrow();
        // Then
        assertThat(model.resolve("model.safetensors")).exists();
        assertThat(heard).extracting(SupervisedProgress::step).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(heard.get(9).loss()).isLessThan(heard.get(0).loss() / 2);
        assertThat(heard.get(9).probability()).isGreaterThan(heard.get(0).probability());
        assertThat(heard.get(0).tokens()).isEqualTo(9);
    }

    @Test
    void shouldEndWithTheSameWeightsWhereverItWasInterrupted() {
        // Given
        String undisturbed = digest(training("undisturbed", Crash.never()));
        Crash counting = Crash.never();
        digest(training("counting", counting));
        for (int point = 0; point < counting.passed(); point++) {
            // When
            String run = "killed-at-" + point;
            Crash crash = Crash.at(point);
            assertThatThrownBy(() -> digest(training(run, crash)))
                    .satisfies(thrown -> assertThat(crash.killed()).isTrue());
            // Then
            assertThat(digest(training(run, Crash.never()))).isEqualTo(undisturbed);
        }
    }

    @Test
    void shouldGoOnFromItsCheckpointWhenAStepFoundNoMemory() {
        // Given
        String undisturbed = digest(training("undisturbed", Crash.never()));
        Crash crash = Crash.failing("step", 6, () -> {
            throw new OutOfMemoryError("Direct buffer memory");
        });
        // When
        assertThatThrownBy(() -> digest(training("run", crash)))
                // Then
                .isInstanceOf(SupervisedException.class)
                .hasMessageContaining("Step 6 of 10 ran out of memory: Java has none left (Direct buffer memory)")
                .hasMessageContaining("trainer.memory-mebibytes or warm-up.micro-batch-tokens (now 6)");
        assertThat(digest(training("run", Crash.never()))).isEqualTo(undisturbed);
    }

    @Test
    void shouldDoNothingWhenItIsDone() {
        // Given
        String trained = digest(training("run", Crash.never()));
        Crash counting = Crash.never();
        // When
        String again = digest(training("run", counting));
        // Then
        assertThat(again).isEqualTo(trained);
        assertThat(counting.passed()).isZero();
    }

    @Test
    void shouldRefuseAFolderOfAnotherConfiguration() {
        digest(training("run", Crash.never()));
        SupervisedTraining other = new SupervisedTraining(
                config(Aggregation.TOKEN_MEAN),
                start,
                temporary.resolve("run"),
                "other",
                new BigramLearners(Crash.never()),
                () -> 0);
        assertThatThrownBy(() -> other.run(SupervisedTrainingTest::batch, progress -> {}))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("belongs to another configuration");
    }

    @Test
    void shouldStopBetweenMicroBatchesWhenAsked() {
        SupervisedTraining training = training("run", Crash.never());
        assertThat(training.run(SupervisedTrainingTest::batch, progress -> training.stop()))
                .isEmpty();
        assertThat(digest(training("run", Crash.never()))).isEqualTo(digest(training("whole", Crash.never())));
    }

    @Test
    void shouldWeighEveryTokenOrEveryAnswerTheSame() {
        // Given
        // The loss counts one token of the first answer and the last two tokens of the second.
        List<SupervisedRow> rows = List.of(
                SupervisedRow.of(new int[] {0}, new int[] {1}),
                new SupervisedRow(new int[] {0}, List.of(new int[] {1, 2, 3}), List.of(new float[] {0, 1, 1})));
        float[][][] logProbs = {{{-1}}, {{-5, -2, -3}}};
        // When
        SupervisedLoss byToken = new SupervisedLoss(Aggregation.TOKEN_MEAN, rows);
        SupervisedLoss byAnswer = new SupervisedLoss(Aggregation.SEQUENCE_MEAN, rows);
        float[][][] tokenGradient = byToken.add(rows, logProbs);
        float[][][] answerGradient = byAnswer.add(rows, logProbs);
        // Then
        assertThat(byToken.value()).isEqualTo((1 + 2 + 3) / 3.0, within(1e-6));
        assertThat(byAnswer.value()).isEqualTo((1 + 2.5) / 2, within(1e-6));
        assertThat(tokenGradient[1][0]).containsExactly(new float[] {0, -1 / 3f, -1 / 3f}, within(1e-6f));
        assertThat(answerGradient[1][0]).containsExactly(new float[] {0, -0.25f, -0.25f}, within(1e-6f));
    }

    @Test
    void shouldGoThroughAllDemonstrationsBeforeAnyComesAgain() {
        // Given
        List<Integer> rows = IntStream.range(0, 10).boxed().toList();
        // When
        List<Integer> seen = new ArrayList<>();
        IntStream.range(0, 5).forEach(step -> seen.addAll(WarmUp.batch(rows, 4, DemonstrationOrder.SHUFFLED, 7, step)));
        // Then
        assertThat(seen).hasSize(20);
        assertThat(seen.subList(0, 10)).containsExactlyInAnyOrderElementsOf(rows);
        assertThat(seen.subList(10, 20))
                .containsExactlyInAnyOrderElementsOf(rows)
                .isNotEqualTo(seen.subList(0, 10));
        assertThat(WarmUp.batch(rows, 4, DemonstrationOrder.SHUFFLED, 8, 0)).isNotEqualTo(seen.subList(0, 4));
        assertThat(WarmUp.batch(rows, 25, DemonstrationOrder.SHUFFLED, 7, 0)).hasSize(25);
    }

    @Test
    void shouldImitateDemonstrations() {
        // Given
        WarmUpConfig config = new WarmUpConfig(
                STEPS,
                2,
                new OptimizerSettings(0.5, Schedule.CONSTANT, 0, 0.1, 0.9, 0.95, 1e-8, WeightDecay.NONE, 1),
                DemonstrationOrder.SHUFFLED,
                Aggregation.TOKEN_MEAN,
                100,
                5,
                0,
                1);
        List<Demonstration> demonstrations = List.of(demonstration("a", 3), demonstration("b", 4));
        List<SupervisedProgress> heard = new ArrayList<>();
        // When
        Path model = new WarmUp(config, 1, training("warm-up", Crash.never()))
                .run(demonstrations, heard::add)
                .orElseThrow();
        // Then
        assertThat(model).isDirectory();
        assertThat(heard.get(STEPS - 1).loss()).isLessThan(heard.get(0).loss());
    }

    @Test
    void shouldMeasureTheLossOnWhatIsHeldBackWithoutLearningFromIt() {
        // Given
        List<SupervisedRow> rows = List.of(
                SupervisedRow.of(new int[] {0, 1}, new int[] {2, 3}),
                SupervisedRow.of(new int[] {1}, new int[] {6, 5}));
        List<SupervisedProgress> heard = new ArrayList<>();
        // When
        Path model = training("validated", Crash.never())
                .run(SupervisedTrainingTest::batch, new Validation(rows, 5), heard::add)
                .orElseThrow();
        // Then
        assertThat(SafeTensors.sha256(model.resolve("model.safetensors")))
                .isEqualTo(digest(training("not-validated", Crash.never())));
        assertThat(heard).allSatisfy(step -> assertThat(step.validationLoss() != null)
                .isEqualTo(step.step() % 5 == 0 || step.step() == STEPS));
        SupervisedLoss atTheEnd = new SupervisedLoss(Aggregation.TOKEN_MEAN, rows);
        OptimizerSettings settings = config(Aggregation.TOKEN_MEAN).optimizer();
        try (Learner learner = new BigramLearners(Crash.never()).open(model, model, settings)) {
            var prompts = rows.stream().map(SupervisedRow::promptAnswers).toList();
            atTheEnd.add(rows, learner.score(prompts, 1).logProbs());
        }
        assertThat(heard.get(STEPS - 1).validationLoss()).isCloseTo(atTheEnd.value(), within(1e-6));
    }

    @Test
    void shouldHoldDemonstrationsBackAtEqualDistancesAndRefuseToHoldBackAll() {
        // Given
        List<SupervisedRow> rows = IntStream.range(0, 6)
                .mapToObj(i -> SupervisedRow.of(new int[] {1}, new int[] {i}))
                .toList();
        // When
        WarmUp.Split split = WarmUp.split(rows, 2);
        // Then
        assertThat(split.imitated()).containsExactly(rows.get(0), rows.get(1), rows.get(3), rows.get(4));
        assertThat(split.heldBack()).containsExactly(rows.get(2), rows.get(5));
        assertThatThrownBy(() -> WarmUp.split(rows, 6))
                .isInstanceOf(SupervisedException.class)
                .hasMessageContaining("warm-up.validation is 6, but there are 6 demonstrations");
    }

    private static Demonstration demonstration(String id, int token) {
        return Records.demonstration(id)
                .setPromptTokens(List.of(1, 2))
                .setAnswerTokens(List.of(token, 0))
                .build();
    }

    private static String digest(SupervisedTraining training) {
        Path model = training.run(SupervisedTrainingTest::batch, progress -> {}).orElseThrow();
        return SafeTensors.sha256(model.resolve("model.safetensors"));
    }

    private static List<SupervisedRow> batch(int step) {
        return List.of(
                SupervisedRow.of(new int[] {0, 1}, new int[] {2, 3}),
                new SupervisedRow(
                        new int[] {1},
                        List.of(new int[] {4, 5}, new int[] {(step + 1) % 3, 6}),
                        List.of(new float[] {0, 1}, new float[] {0, 1})));
    }

    private SupervisedTraining training(String folder, Crash crash) {
        return new SupervisedTraining(
                config(Aggregation.TOKEN_MEAN),
                start,
                temporary.resolve(folder),
                "config",
                new BigramLearners(crash),
                () -> 0);
    }

    private static SupervisedConfig config(Aggregation aggregation) {
        OptimizerSettings optimizer =
                new OptimizerSettings(1, Schedule.CONSTANT, 0, 0.1, 0.9, 0.95, 1e-8, WeightDecay.NONE, 1);
        return new SupervisedConfig(STEPS, optimizer, aggregation, 6, 4);
    }
}
