package dev.longstream.policy.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.longstream.policy.folder.ModelConfig.Family;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.RandomPolicy;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;
import dev.longstream.policy.model.TorchSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Random;
import java.util.function.Function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Attention as written-out operations, which replaces the processor's kernel. */
class AttentionScriptTest {
    private static final TorchSource CALLS = TorchSource.of(
            """
            def both(self, q: Tensor, k: Tensor, output_gradient: Tensor, causal: bool) -> List[Tensor]:
              output, sums = self.memory_efficient(q, k, k, causal)
              of_q, of_k, of_v = self.memory_efficient_backward(output_gradient, q, k, k, output, sums, causal)
              output_w, sums_w = self.written_out(q, k, k, causal)
              of_q_w, of_k_w, of_v_w = self.written_out_backward(output_gradient, q, k, k, output, sums, causal)
              return [output, output_w, sums, sums_w, of_q, of_q_w, of_k, of_k_w, of_v, of_v_w]
            """);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldWriteOutWhatTheProcessorsKernelComputes(boolean causal) {
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.config(Family.LLAMA, 1, 4, 2, true, false, false), 1);
                NDManager manager = TorchEngine.newManager()) {
            TorchModule module = model.module(
                    TrainingScript.of(model.config(), ComputeType.FLOAT32).and(CALLS));
            Shape shape = new Shape(2, 2, 37, 6);
            NDArray queries = manager.randomNormal(shape);
            NDArray keys = manager.randomNormal(shape);
            NDArray gradient = manager.randomNormal(shape);
            // When
            NDList made = module.run(manager, "both", queries, keys, gradient, causal);
            // Then
            for (int i = 0; i < made.size(); i += 2) {
                float[] kernel = made.get(i).toFloatArray();
                float[] writtenOut = made.get(i + 1).toFloatArray();
                for (int j = 0; j < kernel.length; j++) {
                    assertThat(writtenOut[j]).isCloseTo(kernel[j], within(1e-5f));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ComputeType.class)
    void shouldCallTheKernelOnProcessorsOnly(ComputeType computeType) {
        assertThat(AttentionScript.of(Device.cpu(), computeType).constants())
                .containsEntry("has_memory_efficient_kernel", true);
        assertThat(AttentionScript.of(Device.gpu(), computeType).constants())
                .containsEntry("has_memory_efficient_kernel", false);
    }

    private static final TorchSource ALONE_CALLS = TorchSource.of(
            """
            def there_and_back(self, operands: List[Tensor], causal: bool, rounds: bool) -> List[Tensor]:
              dtype = self.bfloat16 if rounds else self.float32
              q, k, v, output_gradient = [x.to(self.bfloat16).to(dtype) for x in operands]
              output, sums = self.alone(q, k, v, causal)
              gradients = self.alone_backward(output_gradient, q, k, v, output, sums, causal)
              return [x.to(self.float32) for x in [output, sums] + gradients]
            """);

    /** Keys of more than a tile, queries of more than a block; scores of ten and more, which bfloat16 would round to sixteenths. */
    @ParameterizedTest
    @CsvSource({"false, 1300, 1500", "true, 1300, 1300", "false, 3, 40", "true, 1, 1"})
    void shouldComputeInTilesWhatTheProcessorsKernelComputes(boolean causal, int queryCount, int keyCount) {
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.config(Family.LLAMA, 1, 4, 2, true, false, false), 1);
                NDManager manager = TorchEngine.newManager()) {
            long size = model.config().headSize();
            Random random = new Random(queryCount);
            NDArray queries = normal(manager, random, 4, queryCount, 4, size);
            NDArray keys = normal(manager, random, 1, keyCount, 2, size);
            NDArray values = normal(manager, random, 1, keyCount, 2, size);
            NDArray gradient = normal(manager, random, 1, queryCount, 4, size);
            Function<ComputeType, Function<ComputeType, NDList>> run = text -> operands -> model.module(
                            TrainingScript.of(model.config(), text).and(ALONE_CALLS))
                    .run(
                            manager,
                            "there_and_back",
                            List.of(queries, keys, values, gradient),
                            causal,
                            operands == ComputeType.BFLOAT16);
            // When
            NDList expected = run.apply(ComputeType.FLOAT32).apply(ComputeType.FLOAT32);
            NDList inTiles = run.apply(ComputeType.BFLOAT16).apply(ComputeType.FLOAT32);
            NDList rounded = run.apply(ComputeType.BFLOAT16).apply(ComputeType.BFLOAT16);
            // Then
            for (int i = 0; i < expected.size(); i++) {
                assertThat(difference(inTiles.get(i), expected.get(i))).isLessThan(1e-5);
                assertThat(difference(rounded.get(i), expected.get(i))).isLessThan(0.03);
            }
        }
    }

    private static NDArray normal(NDManager manager, Random random, float scale, long... shape) {
        float[] values = new float[Math.toIntExact(new Shape(shape).size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = scale * (float) random.nextGaussian();
        }
        return TorchEngine.constant(manager, values, shape);
    }

    /** 2-norm of the difference over that of what is expected. */
    private static double difference(NDArray found, NDArray expected) {
        return found.sub(expected).norm().getFloat()
                / Math.max(1, expected.norm().getFloat());
    }
}
