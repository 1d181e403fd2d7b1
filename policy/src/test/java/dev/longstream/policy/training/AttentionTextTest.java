package dev.longstream.policy.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.longstream.policy.folder.ModelConfig.Family;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.Products;
import dev.longstream.policy.model.RandomPolicy;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** What is used where the processor's kernel is not. */
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
            TorchModule module = model.module(TrainingText.of(model.config(), Products.FLOAT32) + CALLS);
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
}
