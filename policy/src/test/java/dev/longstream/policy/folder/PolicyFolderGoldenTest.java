package dev.longstream.policy.folder;

import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class PolicyFolderGoldenTest {
    @Test
    void shouldComputeRopeAsTransformersDoes() {
        int agree = 0;
        List<Path> folders = Goldens.modelFolders();
        for (Path folder : folders) {
            // Given
            ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
            try (SafeTensors golden = SafeTensors.open(folder.resolve("golden.safetensors"))) {
                // When
                double[] frequencies = config.inverseFrequencies();
                // Then
                float[] expected = golden.floats("rope.inv_freq");
                assertThat(frequencies).as(folder.toString()).hasSameSizeAs(expected);
                for (int pair = 0; pair < expected.length; pair++) {
                    assertThat(frequencies[pair])
                            .as("%s, pair %d", folder, pair)
                            .isCloseTo(expected[pair], within(1e-6 * expected[pair]));
                }
                assertThat(config.rope().attentionScaling())
                        .as(folder.toString())
                        .isCloseTo(golden.floats("rope.attention_scaling")[0], within(1e-6));
                agree++;
            }
        }
        Goldens.report("models/rope", folders.size(), agree);
    }

    @Test
    void shouldReadEveryTensorAndEveryId(@TempDir Path temporary) {
        int agree = 0;
        List<Path> folders = Goldens.modelFolders();
        for (Path folder : folders) {
            try (PolicyFolder policy = PolicyFolder.open(folder);
                    SafeTensors golden = SafeTensors.open(folder.resolve("golden.safetensors"))) {
                // Given
                // The golden file holds hidden states that transformers computed.
                float[] hidden = golden.floats("len7.hidden_states");
                long[] ids = golden.longs("len7.input_ids");
                int width = policy.config().hiddenSize();
                // When
                float[] embedding = policy.tensors().floats("model.embed_tokens.weight");
                // Then
                // The first hidden states equal rows of the embedding, bit for bit.
                for (int t = 0; t < ids.length; t++) {
                    int row = (int) ids[t] * width;
                    assertThat(java.util.Arrays.copyOfRange(embedding, row, row + width))
                            .as("%s, token %d", folder, t)
                            .isEqualTo(java.util.Arrays.copyOfRange(hidden, t * width, (t + 1) * width));
                }
                // And all tensors survive being written and read again
                Path copy = temporary.resolve(folder.getFileName() + ".safetensors");
                String digest = SafeTensors.write(
                        copy,
                        policy.config().tensors().stream()
                                .map(spec -> new NamedTensor(
                                        spec.name(),
                                        spec.shape(),
                                        () -> FloatBuffer.wrap(policy.tensors().floats(spec.name()))))
                                .toList(),
                        DType.F32);
                try (SafeTensors written = SafeTensors.open(copy)) {
                    assertThat(written.digest()).isEqualTo(digest);
                    for (TensorSpec spec : policy.config().tensors()) {
                        assertThat(written.floats(spec.name()))
                                .as("%s, %s", folder, spec.name())
                                .isEqualTo(policy.tensors().floats(spec.name()));
                    }
                }
                agree++;
            }
        }
        Goldens.report("models/tensors", folders.size(), agree);
    }

    @Test
    void shouldReadBackEveryConfigurationItWrites(@TempDir Path temporary) {
        int agree = 0;
        List<Path> folders = Goldens.modelFolders();
        for (Path folder : folders) {
            ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
            Path copy = temporary.resolve("config.json");
            config.write(copy);
            assertThat(ModelConfig.read(copy)).isEqualTo(config);
            agree++;
        }
        Goldens.report("models/config", folders.size(), agree);
    }
}
