package dev.longstream.policy.folder;

import dev.longstream.policy.safetensors.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class ModelConfigTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"rope_theta\": 500.0, \"rope_scaling\": {\"type\": \"linear\", \"factor\": 4}",
                "\"rope_theta\": 500, \"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 4.0}",
                "\"rope_parameters\": {\"rope_theta\": 500.0, \"rope_type\": \"linear\", \"factor\": 4.0}"
            })
    void shouldReadEverySpellingOfAScaling(String rope) throws IOException {
        assertThat(read(rope).rope()).isEqualTo(new Rope(500, new Rope.Linear(4)));
    }

    @Test
    void shouldTakeYarnsDefaultsFromThePaper() throws IOException {
        Rope rope =
                read("\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0, \"original_max_position_embeddings\": 8}")
                        .rope();
        assertThat(rope.scaling()).isEqualTo(new Rope.Yarn(4, 8, 32, 1, 0.1 * Math.log(4) + 1, true));
        assertThat(rope.attentionScaling()).isCloseTo(1.1386, within(1e-4));
    }

    @Test
    void shouldCountThePositionsThatYarnAdds() throws IOException {
        assertThat(
                        read("\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0, \"original_max_position_embeddings\": 32}")
                                .maxPositions())
                .isEqualTo(128);
        assertThat(
                        read("\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0, \"original_max_position_embeddings\": 8}")
                                .maxPositions())
                .as("max_position_embeddings has them already")
                .isEqualTo(32);
    }

    @Test
    void shouldPreferRopeScalingAsTransformersFiveDoes() throws IOException {
        Rope rope = read("\"rope_parameters\": {\"rope_theta\": 500, \"rope_type\": \"default\"},"
                        + " \"rope_scaling\": {\"type\": \"linear\", \"factor\": 4}")
                .rope();

        assertThat(rope).isEqualTo(new Rope(500, new Rope.Linear(4)));
    }

    @Test
    void shouldDivideLongWavesAndKeepShortOnes() {
        double[] plain = Rope.unscaled(10_000).inverseFrequencies(64);
        for (Rope.Scaling scaling : List.of(new Rope.Llama3(8, 1, 4, 1024), new Rope.Yarn(8, 1024, 32, 1, 1.2, true))) {
            double[] scaled = new Rope(10_000, scaling).inverseFrequencies(64);
            assertThat(scaled[0]).isEqualTo(plain[0]).isEqualTo(1);
            assertThat(scaled[31]).isCloseTo(plain[31] / 8, within(1e-12));
            for (int pair = 0; pair < 32; pair++) {
                assertThat(scaled[pair]).isBetween(plain[pair] / 8 * 0.999999, plain[pair]);
            }
        }
    }

    @Test
    void shouldReadBackEveryScalingItWrites() {
        for (Rope.Scaling scaling : List.of(
                new Rope.Unscaled(),
                new Rope.Linear(2),
                new Rope.Llama3(8, 1, 4, 1024),
                new Rope.Yarn(4, 8, 16, 0.5, 1.25, false))) {
            ModelConfig config = llama(false, new Rope(1_000_000, scaling));
            config.write(folder.resolve("config.json"));
            assertThat(ModelConfig.read(folder.resolve("config.json"))).isEqualTo(config);
        }
    }

    @Test
    void shouldRefuseToWriteWhatItsFamilyCannotSay() {
        ModelConfig config = llama(true, Rope.unscaled(10_000));
        assertThatThrownBy(() -> config.write(folder.resolve("config.json")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LLAMA cannot express");
        assertThat(folder.resolve("config.json")).doesNotExist();
    }

    @Test
    void shouldRefuseMoreLayersThanAnyModelHasBeforeItListsTheirTensors() throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(
                file,
                """
                {"model_type": "qwen2", "vocab_size": 7, "hidden_size": 8, "num_hidden_layers": 2000000000,
                 "num_attention_heads": 2, "num_key_value_heads": 1, "intermediate_size": 6, "max_position_embeddings": 32}
                """);

        assertThatThrownBy(() -> ModelConfig.read(file).tensors())
                .hasMessageContainingAll("num_hidden_layers is 2000000000", "at most 10000");
    }

    @Test
    void shouldListTensorsInTheirFixedOrder() {
        assertThat(TinyFolder.CONFIG.tensors().stream().map(TensorSpec::toString))
                .containsExactly(
                        "model.embed_tokens.weight [7, 8]",
                        "model.layers.0.input_layernorm.weight [8]",
                        "model.layers.0.self_attn.q_proj.weight [8, 8]",
                        "model.layers.0.self_attn.k_proj.weight [4, 8]",
                        "model.layers.0.self_attn.v_proj.weight [4, 8]",
                        "model.layers.0.self_attn.o_proj.weight [8, 8]",
                        "model.layers.0.post_attention_layernorm.weight [8]",
                        "model.layers.0.mlp.gate_proj.weight [6, 8]",
                        "model.layers.0.mlp.up_proj.weight [6, 8]",
                        "model.layers.0.mlp.down_proj.weight [8, 6]",
                        "model.norm.weight [8]");
    }

    private ModelConfig read(String rope) throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(
                file,
                """
                {"model_type": "qwen2", "vocab_size": 7, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
                 "num_key_value_heads": 1, "intermediate_size": 6, "max_position_embeddings": 32, """
                        + rope + "}");
        return ModelConfig.read(file);
    }

    /** A bias on q, k and v alone is Qwen2's. */
    private static ModelConfig llama(boolean queryKeyValueBias, Rope rope) {
        return new ModelConfig(
                ModelConfig.Family.LLAMA,
                7,
                8,
                1,
                2,
                1,
                4,
                6,
                1e-5,
                true,
                queryKeyValueBias,
                false,
                false,
                false,
                rope,
                32);
    }
}
