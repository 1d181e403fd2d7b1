package dev.longstream.policy.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.RandomPolicy;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;
import dev.longstream.policy.safetensors.SafeTensors;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Compares steps with those of {@code torch.optim.AdamW}. */
class OptimizerGoldenTest {
    @Test
    void shouldAgreeWithTorchOverThreeSteps() {
        Path file = Path.of(System.getProperty("longstream.goldens"), "adamw.safetensors");
        assumeTrue(Files.exists(file), () -> "skipped: " + file + " is missing");
        try (SafeTensors golden = SafeTensors.open(file);
                PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 1);
                NDManager manager = TorchEngine.newManager()) {
            TorchModule module = model.module(TrainingScript.of(model.config(), ComputeType.FLOAT32));
            NDArray weight = TorchEngine.constant(manager, golden.floats("param.0"), golden.shape("param.0"));
            Optimizer optimizer = new Optimizer(module, adamW(DecayedWeights.MATRICES), List.of("w"), List.of(weight));
            for (int step = 1; step <= 3; step++) {
                NDArray gradient = TorchEngine.constant(
                        manager,
                        golden.floats("grad." + step),
                        weight.getShape().getShape());
                optimizer.step(List.of(gradient), 0.01);
                assertClose(weight, golden.floats("param." + step));
                assertClose(optimizer.first().get(0), golden.floats("exp_avg." + step));
                assertClose(optimizer.second().get(0), golden.floats("exp_avg_sq." + step));
            }
            optimizer.close();
        }
        System.out.println("golden adamw: 3 read, 3 agree");
    }

    @Test
    void shouldShrinkTheWeightsThatDecay() {
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 1);
                NDManager manager = TorchEngine.newManager()) {
            TorchModule module = model.module(TrainingScript.of(model.config(), ComputeType.FLOAT32));
            for (DecayedWeights decayed : DecayedWeights.values()) {
                // Given
                NDArray matrix = TorchEngine.constant(manager, new float[] {1, -2}, 1, 2);
                NDArray scale = TorchEngine.constant(manager, new float[] {1, -2}, 2);
                Optimizer optimizer = new Optimizer(module, adamW(decayed), List.of("m", "s"), List.of(matrix, scale));
                // When
                optimizer.step(List.of(manager.zeros(matrix.getShape()), manager.zeros(scale.getShape())), 0.5);
                // Then
                assertClose(matrix, new float[] {0.95f, -1.9f}); // 1 - rate · decay = 0.95
                assertClose(scale, decayed == DecayedWeights.ALL ? new float[] {0.95f, -1.9f} : new float[] {1, -2});
                optimizer.close();
            }
        }
    }

    private static AdamW adamW(DecayedWeights decayed) {
        return new AdamW(0.9, 0.999, 1e-8, 0.1, decayed);
    }

    private static void assertClose(NDArray found, float[] expected) {
        float[] values = found.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).isCloseTo(expected[i], within(1e-6f));
        }
    }
}
