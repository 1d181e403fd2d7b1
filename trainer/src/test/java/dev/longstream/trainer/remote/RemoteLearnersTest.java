package dev.longstream.trainer.remote;

import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.NewAdapter;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.training.AnswerScores;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.policy.training.ScoreGradients;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.learner.ModelLearners;
import dev.longstream.trainer.learner.Scorer;
import dev.longstream.trainer.learner.TinyPolicy;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import dev.longstream.trainer.optimizer.Schedule;
import dev.longstream.trainer.optimizer.WeightDecay;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The trainer's side of the learner protocol, with the embedded learner behind the wire. */
class RemoteLearnersTest {
    static final OptimizerSettings SETTINGS =
            new OptimizerSettings(0.01, Schedule.CONSTANT, 0, 1, 0.9, 0.95, 1e-8, WeightDecay.ofMatrices(0.1), 1);

    static final NewAdapter ADAPTER = new NewAdapter(new AdapterConfig(2, 4, List.of("q_proj", "up_proj")), 7);

    private static final List<PromptAnswers> PROMPTS = List.of(
            new PromptAnswers(new int[] {1, 4, 5}, List.of(new int[] {6, 2}, new int[] {}, new int[] {7, 8, 2})),
            new PromptAnswers(new int[] {1, 4}, List.of(new int[] {10, 2})));

    @TempDir
    private Path temporary;

    private Path start;

    @BeforeEach
    void makeStart() throws IOException {
        start = TinyPolicy.write(temporary.resolve("start"));
    }

    @Test
    void shouldGiveTheSameScoresAndBytesAsTheLearnerBehindIt() throws IOException {
        // Given
        List<Object> direct = trained(new ModelLearners(), temporary.resolve("direct"));
        // When
        try (ServedLearner served = new ServedLearner(new ModelLearners(), start)) {
            List<Object> remote = trained(new RemoteLearners(served.address()), temporary.resolve("remote"));
            // Then
            assertThat(remote).usingRecursiveComparison().isEqualTo(direct);
        }
    }

    /** Returns everything that a training shows: scores, norms and the digests of its files. */
    static List<Object> trained(Learners learners, Path start, Path folder) throws IOException {
        List<Object> shown = new ArrayList<>();
        Path model = Files.createDirectories(folder.resolve("model"));
        Path rounded = Files.createDirectories(folder.resolve("rounded"));
        try (Learner learner = learners.open(start, start, SETTINGS);
                Scorer reference = learners.openFrozen(start)) {
            for (int step = 0; step < 3; step++) {
                float weight = step - 0.5f;
                shown.add(learner.accumulateGradients(PROMPTS, 0.7f, scores -> gradients(scores, weight)));
                shown.add(learner.step(0.01, 0.5));
                if (step == 1) {
                    shown.add(learner.writeMoments(folder.resolve("moments.safetensors")));
                    learner.forgetMoments();
                    learner.readMoments(folder.resolve("moments.safetensors"));
                }
            }
            shown.add(learner.score(PROMPTS, 1));
            shown.add(reference.score(PROMPTS, 1));
            shown.add(learner.writeModel(model));
            shown.add(learner.writeModel(rounded, DType.BF16));
            shown.add(learner.writeMoments(folder.resolve("last.safetensors")));
        }
        return shown;
    }

    private List<Object> trained(Learners learners, Path folder) throws IOException {
        return trained(learners, start, folder);
    }

    /** Derivatives in the shapes of the scores. */
    private static ScoreGradients gradients(AnswerScores scores, float weight) {
        float[][][] derivatives = new float[scores.logProbs().length][][];
        for (int p = 0; p < derivatives.length; p++) {
            derivatives[p] = new float[scores.logProbs()[p].length][];
            for (int a = 0; a < derivatives[p].length; a++) {
                derivatives[p][a] = new float[scores.logProbs()[p][a].length];
                for (int t = 0; t < derivatives[p][a].length; t++) {
                    derivatives[p][a][t] = weight * (1 + p + a) - t;
                }
            }
        }
        return new ScoreGradients(derivatives, weight < 0 ? Optional.empty() : Optional.of(derivatives));
    }

    @Test
    void shouldApplyACallOnceWhenItsConnectionBreaks() throws IOException {
        try (ServedLearner served = new ServedLearner(new ModelLearners(), start);
                Learner learner = new RemoteLearners(served.address()).open(start, start, SETTINGS)) {
            // Given
            served.cutAfter("backward");
            learner.accumulateGradients(PROMPTS, 1, scores -> gradients(scores, 1));
            served.cutAfter("step");
            // When
            double norm = learner.step(0.01, 1);
            // Then
            assertThat(norm).isPositive();
            assertThat(served.applied()).containsExactly("begin", "open", "forward", "backward", "step");
        }
    }

    @Test
    void shouldReportANormThatIsNotFinite() throws IOException {
        try (ServedLearner served = new ServedLearner(new ModelLearners(), start);
                Learner learner = new RemoteLearners(served.address()).open(start, start, SETTINGS)) {
            learner.accumulateGradients(PROMPTS, 1, scores -> gradients(scores, Float.NaN));
            assertThat(learner.step(0.01, 1)).isNaN();
            Path folder = Files.createDirectories(temporary.resolve("after"));
            assertThat(learner.writeModel(folder)).isEqualTo(SafeTensors.sha256(start.resolve("model.safetensors")));
        }
    }

    @Test
    void shouldBeUnreachableUntilItIsOpenedAgainWhenTheLearnerWasRestarted() throws IOException {
        try (ServedLearner served = new ServedLearner(new ModelLearners(), start)) {
            Learners learners = new RemoteLearners(served.address());
            try (Learner learner = learners.open(start, start, SETTINGS)) {
                // Given
                served.restartBefore("step");
                learner.accumulateGradients(PROMPTS, 1, scores -> gradients(scores, 1));
                // When
                assertThatThrownBy(() -> learner.step(0.01, 1))
                        .isInstanceOf(UnreachableException.class)
                        .hasMessageContaining("was lost in the call step (the session is unknown)")
                        .hasMessageContaining("continues from its last checkpoint");
                assertThatThrownBy(() -> learner.score(PROMPTS, 1)).isInstanceOf(UnreachableException.class);
            }
            // Then
            try (Learner again = learners.open(start, start, SETTINGS)) {
                assertThat(again.score(PROMPTS, 1).logProbs()).hasNumberOfRows(2);
            }
        }
    }

    @Test
    void shouldCountALearnerAsLostWhenItFailsOrDoesNotAnswerInTime() throws IOException {
        try (ServedLearner served = new ServedLearner(new ModelLearners(), start)) {
            try (Learner learner = new RemoteLearners(served.address()).open(start, start, SETTINGS)) {
                served.failIn("score", "failed");
                assertThatThrownBy(() -> learner.score(PROMPTS, 1))
                        .isInstanceOf(UnreachableException.class)
                        .hasMessageContaining("was lost in the call score (it failed)");
            }
            Learners impatient = new RemoteLearners(served.address(null, Duration.ofSeconds(5)));
            try (Learner learner = impatient.open(start, start, SETTINGS)) {
                served.stallIn("score");
                assertThatThrownBy(() -> learner.score(PROMPTS, 1))
                        .isInstanceOf(UnreachableException.class)
                        .hasMessageContaining("was lost in the call score (no answer for PT5S)");
            }
        }
    }

    @Test
    void shouldSayWhatToLowerWhenTheLearnerHasNoMemory() throws IOException {
        try (ServedLearner served = new ServedLearner(new ModelLearners(), start);
                Learner learner = new RemoteLearners(served.address()).open(start, start, SETTINGS)) {
            served.failIn("forward", "memory");
            assertThatThrownBy(() -> learner.accumulateGradients(PROMPTS, 1, scores -> gradients(scores, 1)))
                    .isInstanceOf(LearnerException.class)
                    .hasMessageContaining("refuses the call forward: it failed. Lower trainer.micro-batch-tokens");
        }
    }

    @Test
    void shouldSayHowToStartALearnerWhenNoneAnswers() {
        LearnerAddress nobody =
                new LearnerAddress(URI.create("http://127.0.0.1:1"), null, Duration.ofSeconds(5), "test");
        assertThatThrownBy(() -> new RemoteLearners(nobody).open(start, start, SETTINGS))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("No learner answers at http://127.0.0.1:1")
                .hasMessageContaining("torchrun --nproc-per-node N -m longstream_torch");
    }

    @Test
    void shouldRefuseAnotherVersionOfTheProtocol() throws IOException {
        try (ServedLearner served = new ServedLearner(new ModelLearners(), start).withProtocol(9)) {
            assertThatThrownBy(() -> new RemoteLearners(served.address()).open(start, start, SETTINGS))
                    .isInstanceOf(LearnerException.class)
                    .hasMessageContaining("has protocol version 9, expected 2");
            assertThat(served.applied()).isEmpty();
        }
    }

    @Test
    void shouldSendTheKey() throws IOException {
        try (ServedLearner served = new ServedLearner(new ModelLearners(), start).withKey("secret")) {
            assertThatThrownBy(() -> new RemoteLearners(served.address("wrong")).openFrozen(start))
                    .isInstanceOf(LearnerException.class)
                    .hasMessageContaining("the key is missing or wrong");
            try (Scorer scorer = new RemoteLearners(served.address("secret")).openFrozen(start)) {
                assertThat(scorer.score(PROMPTS, 1).logProbs()).hasNumberOfRows(2);
            }
        }
    }

    @Test
    void shouldSayThatBothMustSeeTheFolderWhenTheLearnerDoesNot() throws IOException {
        try (ServedLearner served = new ServedLearner(new ModelLearners(), start);
                Learner learner = new RemoteLearners(served.address()).open(start, start, SETTINGS)) {
            Path folder = Files.createDirectories(temporary.resolve("only-here"));
            served.hide("only-here");
            assertThatThrownBy(() -> learner.writeModel(folder))
                    .isInstanceOf(LearnerException.class)
                    .hasMessageContaining("refuses the call write-model: there is no folder " + folder);
        }
    }

    @Test
    void shouldTrainAnAdapterLikeTheLearnerBehindItAndGoOnFromItsFiles() throws IOException {
        // Given
        TinyPolicy.write(temporary.resolve("base"));
        List<Object> direct = adapted(new ModelLearners(64, Optional.of(ADAPTER)), start, temporary.resolve("direct"));
        // When
        try (ServedLearner served = new ServedLearner(new ModelLearners(), start)) {
            List<Object> remote = adapted(
                    new RemoteLearners(served.address(), Optional.of(ADAPTER)), start, temporary.resolve("remote"));
            // Then
            assertThat(remote).usingRecursiveComparison().isEqualTo(direct);
            assertThat(served.shared()).containsExactly(1, 1, 4, 4);
        }
        for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
            assertThat(temporary.resolve("remote/2/model").resolve(file))
                    .hasSameBinaryContentAs(temporary.resolve("direct/2/model").resolve(file));
        }
    }

    /** Trains an adapter, then goes on from its files; returns scores, norms and digests. */
    static List<Object> adapted(Learners learners, Path start, Path folder) throws IOException {
        Path checkpoints = Files.createDirectories(folder);
        Files.createSymbolicLink(checkpoints.resolve("base"), start);
        List<Object> shown = new ArrayList<>();
        Path from = start;
        for (String step : List.of("1", "2")) {
            Path model = Files.createDirectories(checkpoints.resolve(step).resolve("model"));
            Path moments = checkpoints.resolve(step).resolve("moments.safetensors");
            try (Learner learner = learners.open(from, start, SETTINGS);
                    Scorer whole = learners.openFrozen(start)) {
                if (!from.equals(start)) {
                    learner.readMoments(checkpoints.resolve("1/moments.safetensors"));
                }
                shown.add(learner.accumulateGradients(PROMPTS, 0.7f, scores -> gradients(scores, 0.5f)));
                shown.add(learner.step(0.01, 0.5));
                shown.add(learner.accumulateGradients(PROMPTS, 1, scores -> gradients(scores, 1.5f)));
                shown.add(learner.step(0.01, 0.5));
                shown.add(whole.score(PROMPTS, 1));
                shown.add(learner.writeModel(model));
                shown.add(learner.writeMoments(moments));
                try (Scorer written = learners.openFrozen(model)) {
                    shown.add(written.score(PROMPTS, 1));
                }
            }
            from = model;
        }
        return shown;
    }

    @Test
    void shouldRefuseAnAdapterOfAnotherShape() throws IOException {
        // Given
        TinyPolicy.write(temporary.resolve("base"));
        Path adapter = Files.createDirectories(temporary.resolve("step/model"));
        try (Learner embedded = new ModelLearners(64, Optional.of(ADAPTER)).open(start, start, SETTINGS)) {
            embedded.writeModel(adapter);
        }
        LearnerAddress nobody =
                new LearnerAddress(URI.create("http://127.0.0.1:1"), null, Duration.ofSeconds(5), "test");
        NewAdapter wider = new NewAdapter(new AdapterConfig(3, 4, List.of("q_proj")), 7);
        // Then
        assertThatThrownBy(() -> new RemoteLearners(nobody).open(adapter, adapter, SETTINGS))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("merge it first: longstream merge");
        assertThatThrownBy(() -> new RemoteLearners(nobody, Optional.of(wider)).open(adapter, adapter, SETTINGS))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("trainer.adapter is rank 3");
    }
}
