package dev.longstream.policy.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.longstream.policy.folder.ModelConfig.Family;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.RandomPolicy;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;
import java.util.function.Function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** What is used in place of the processor's kernel. */
class AttentionTextTest {
    private static final String CALLS =
            """
            def both(self: __torch__.Policy, q: Tensor, k: Tensor, go: Tensor, causal: Tensor) -> List[Tensor]:
              c = bool(causal)
              o, z, = (self).memory_efficient(q, k, k, c)
              a, b, d, = (self).memory_efficient_backward(go, q, k, k, o, z, c)
              ow, zw, = (self).written_out(q, k, k, c)
              aw, bw, dw, = (self).written_out_backward(go, q, k, k, o, z, c)
              return [o, ow, z, zw, a, aw, b, bw, d, dw]
            """;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldWriteOutWhatTheProcessorsKernelComputes(boolean causal) {
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.config(Family.LLAMA, 1, 4, 2, true, false, false), 1);
                NDManager manager = TorchEngine.newManager()) {
            TorchModule module = model.module(TrainingText.of(model.config(), ComputeType.FLOAT32) + CALLS);
            Shape shape = new Shape(2, 2, 37, 6);
            NDArray queries = manager.randomNormal(shape);
            NDArray keys = manager.randomNormal(shape);
            NDArray gradient = manager.randomNormal(shape);
            // When
            NDList made = module.run(
                    manager,
                    "both",
                    queries,
                    keys,
                    gradient,
                    TorchEngine.constant(manager, new long[] {causal ? 1 : 0}, 1));
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
    void shouldCallNothingOfTheProcessorsOnAnotherDevice(ComputeType computeType) {
        assertThat(AttentionText.of(Device.cpu(), computeType)).contains("(self).memory_efficient");
        assertThat(AttentionText.of(Device.gpu(), computeType)).doesNotContain("(self).memory_efficient");
    }

    private static final String ALONE_CALLS =
            """
            def there_and_back(self: __torch__.Policy, q: Tensor, k: Tensor, v: Tensor, go: Tensor, causal: Tensor, type: Tensor) -> List[Tensor]:
              t = int(type)
              q = torch.to(torch.to(q, 15), t)
              k = torch.to(torch.to(k, 15), t)
              v = torch.to(torch.to(v, 15), t)
              go = torch.to(torch.to(go, 15), t)
              c = bool(causal)
              o, z, = (self).alone(q, k, v, c)
              gq, gk, gv, = (self).alone_backward(go, q, k, v, o, z, c)
              return [torch.to(o, 6), z, torch.to(gq, 6), torch.to(gk, 6), torch.to(gv, 6)]
            """;

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
                            TrainingText.of(model.config(), text) + ALONE_CALLS)
                    .run(
                            manager,
                            "there_and_back",
                            queries,
                            keys,
                            values,
                            gradient,
                            TorchEngine.constant(manager, new long[] {causal ? 1 : 0}, 1),
                            TorchEngine.constant(manager, new long[] {operands == ComputeType.FLOAT32 ? 6 : 15}, 1));
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
