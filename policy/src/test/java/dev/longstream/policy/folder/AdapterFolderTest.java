package dev.longstream.policy.folder;

import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class AdapterFolderTest {
    private static final AdapterConfig SHAPE = new AdapterConfig(2, 16, List.of("v_proj", "down_proj"));
    private static final String A_OF_V = "base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight";

    @TempDir
    Path folder;

    private Path adapter;

    @BeforeEach
    void write() throws IOException {
        TinyFolder.write(Files.createDirectories(folder.resolve("base")));
        adapter = Files.createDirectories(folder.resolve("adapter"));
        AdapterFolder.write(adapter, "../base", SHAPE, TinyFolder.tensors(SHAPE.tensors(TinyFolder.CONFIG)));
    }

    @Test
    void shouldUsePeftsNamesAndShapes() {
        try (SafeTensors stored = SafeTensors.open(adapter.resolve("adapter_model.safetensors"))) {
            assertThat(stored.names())
                    .containsExactly(
                            A_OF_V,
                            "base_model.model.model.layers.0.self_attn.v_proj.lora_B.weight",
                            "base_model.model.model.layers.0.mlp.down_proj.lora_A.weight",
                            "base_model.model.model.layers.0.mlp.down_proj.lora_B.weight");
            assertThat(stored.shape(A_OF_V)).containsExactly(2, 8);
            assertThat(stored.shape("base_model.model.model.layers.0.mlp.down_proj.lora_B.weight"))
                    .containsExactly(8, 2);
        }
        assertThat(adapter.resolve("adapter_config.json"))
                .content()
                .contains("\"peft_type\" : \"LORA\"", "\"r\" : 2", "\"lora_alpha\" : 16,", "\"bias\" : \"none\"");
    }

    @Test
    void shouldOpenAnAdapterWithItsBase() {
        try (PolicyFolder open = PolicyFolder.open(adapter)) {
            assertThat(open.config()).isEqualTo(TinyFolder.CONFIG);
            assertThat(open.adapter().orElseThrow().config()).isEqualTo(SHAPE);
            assertThat(open.base()).isEqualTo(folder.resolve("base"));
            assertThat(open.digest()).isEqualTo(SafeTensors.sha256(adapter.resolve("adapter_model.safetensors")));
        }
        assertThat(ModelConfig.in(adapter)).isEqualTo(TinyFolder.CONFIG);
    }

    @Test
    void shouldAddTheScaledProductWhenItIsMerged() {
        // When
        try (PolicyFolder open = PolicyFolder.open(adapter)) {
            MergedPolicy.write(open, folder.resolve("merged"), DType.F32);
        }
        // Then
        try (PolicyFolder base = PolicyFolder.open(folder.resolve("base"));
                PolicyFolder merged = PolicyFolder.open(folder.resolve("merged"))) {
            assertThat(merged.adapter()).isEmpty();
            String values = "model.layers.0.self_attn.v_proj.weight";
            // Entry (1, 2) gets 16 / 2 · (B[1, 0] A[0, 2] + B[1, 1] A[1, 2]), where entries are their index + 0.5.
            assertThat(merged.tensors().floats(values)[8 + 2])
                    .isCloseTo(base.tensors().floats(values)[8 + 2] + 8 * (2.5f * 2.5f + 3.5f * 10.5f), within(1e-3f));
            String untouched = "model.layers.0.self_attn.q_proj.weight";
            assertThat(merged.tensors().floats(untouched))
                    .isEqualTo(base.tensors().floats(untouched));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'\"bias\" : \"none\"', '\"bias\" : \"all\"', 'bias is \"all\", expected \"none\"'",
        "'\"fan_in_fan_out\" : false', '\"use_dora\" : true', 'use_dora is true, expected false'",
        "'\"fan_in_fan_out\" : false', '\"alora_invocation_tokens\" : [1]', 'alora_invocation_tokens is [1]'",
        "'\"r\" : 2', '\"r\" : 3', 'has shape [2, 8], expected [3, 8]'",
        "'../base', '../elsewhere', 'base_model_name_or_path is \"../elsewhere\", expected the folder'"
    })
    void shouldSayWhatItCannotUse(String written, String instead, String problem) {
        TinyFolder.edit(adapter.resolve("adapter_config.json"), text -> text.replace(written, instead));
        assertThatThrownBy(() -> PolicyFolder.open(adapter))
                .isInstanceOf(PolicyFolderException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void shouldRefuseAnAdapterOfOtherTensors() {
        AdapterFolder.write(
                adapter,
                "../base",
                SHAPE,
                TinyFolder.tensors(TinyFolder.CONFIG.tensors().subList(0, 1)));
        assertThatThrownBy(() -> PolicyFolder.open(adapter))
                .isInstanceOf(PolicyFolderException.class)
                .hasMessageContaining("base_model.model.model.embed_tokens.weight is not expected");
    }

    @Test
    void shouldDrawTheSameInitialValuesFromTheSameSeed() {
        NewAdapter first = new NewAdapter(SHAPE, 1);
        NewAdapter other = new NewAdapter(SHAPE, 2);
        SHAPE.tensors(TinyFolder.CONFIG).forEach(matrix -> {
            float[] values = first.floats(matrix);
            assertThat(values).isEqualTo(new NewAdapter(SHAPE, 1).floats(matrix));
            if (matrix.name().contains("lora_B")) {
                assertThat(values).containsOnly(0);
            } else {
                float bound = (float) (1 / Math.sqrt(matrix.shape()[1]));
                assertThat(values).isNotEqualTo(other.floats(matrix));
                for (float value : values) {
                    assertThat(value).isBetween(-bound, bound);
                }
            }
        });
    }

    /** Other learners draw the same values: test_adapter.py of the learner in PyTorch has the same numbers. */
    @Test
    void shouldDrawTheValuesThatTheLearnerProtocolDescribes() {
        TensorSpec matrix = new TensorSpec("model.layers.0.self_attn.q_proj.lora_A.weight", new long[] {2, 32});
        float[] values = new NewAdapter(new AdapterConfig(2, 5, List.of("q_proj")), 7).floats(matrix);
        assertThat(Arrays.copyOf(values, 3)).containsExactly(0.1746875f, 0.13762966f, -0.15408869f);
    }
}
