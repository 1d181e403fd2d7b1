package dev.longstream.policy.folder;

import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class PolicyFolderTest {
    @TempDir
    Path folder;

    @Test
    void shouldOpenWhatIsWhole() {
        TinyFolder.write(folder);
        try (PolicyFolder policy = PolicyFolder.open(folder)) {
            assertThat(policy.config()).isEqualTo(TinyFolder.CONFIG);
            assertThat(policy.tensors().names())
                    .containsExactlyElementsOf(TinyFolder.CONFIG.tensors().stream()
                            .map(TensorSpec::name)
                            .toList());
            assertThat(policy.tensors().floats("model.norm.weight"))
                    .startsWith(0.5f, 1.5f)
                    .hasSize(8);
        }
    }

    @Test
    void shouldNameArchitectureAndExpectedOnesWhenItIsNotSupported() {
        TinyFolder.write(folder);
        TinyFolder.edit(folder.resolve("config.json"), text -> text.replace("\"llama\"", "\"gpt2\"")
                .replace("LlamaForCausalLM", "GPT2LMHeadModel"));
        assertThat(problemsOf(folder))
                .singleElement()
                .asString()
                .contains("config.json", "gpt2", "GPT2LMHeadModel", "llama", "qwen2", "qwen3");
    }

    @Test
    void shouldNameEveryTensorThatIsMissingExtraOrWronglyShapedAtOnce() {
        // Given
        TinyFolder.write(folder, specs -> {
            List<TensorSpec> changed = new ArrayList<>(specs);
            changed.removeIf(spec -> spec.name().equals("model.norm.weight"));
            changed.replaceAll(spec ->
                    spec.name().endsWith("q_proj.weight") ? new TensorSpec(spec.name(), new long[] {4, 16}) : spec);
            changed.add(new TensorSpec("model.layers.1.mlp.up_proj.weight", new long[] {2}));
            return changed;
        });
        // Then
        assertThat(problemsOf(folder))
                .containsExactlyInAnyOrder(
                        "model.safetensors: tensor model.norm.weight is missing, expected [8]",
                        "model.safetensors: tensor model.layers.0.self_attn.q_proj.weight has shape [4, 16], expected [8, 8]",
                        "model.safetensors: tensor model.layers.1.mlp.up_proj.weight [2] is not expected by config.json");
    }

    @Test
    void shouldSayWhereAFileIsTruncated() throws IOException {
        TinyFolder.write(folder);
        Path weights = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        for (int length : new int[] {0, 5, 8, 100, bytes.length - 1}) {
            Files.write(weights, java.util.Arrays.copyOf(bytes, length));
            assertThat(problemsOf(folder)).as("%d bytes", length).anyMatch(problem -> problem.contains("truncated"));
        }
        assertThat(problemsOf(folder))
                .anyMatch(problem -> problem.contains("tensor model.norm.weight ends at byte " + bytes.length)
                        && problem.contains("the file has " + (bytes.length - 1)));
    }

    @Test
    void shouldRefuseAFileThatIsNoSafetensors() throws IOException {
        TinyFolder.write(folder);
        Files.writeString(
                folder.resolve("model.safetensors"), "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
        assertThat(problemsOf(folder)).singleElement().asString().contains("not a safetensors file");
    }

    @Test
    void shouldRefuseBytesAfterTheLastTensor() throws IOException {
        TinyFolder.write(folder);
        Path weights = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length + 3));
        assertThat(problemsOf(folder)).singleElement().asString().contains("there are bytes after the last tensor");
    }

    @Test
    void shouldSayWhereJsonEnds() throws IOException {
        TinyFolder.write(folder);
        Files.writeString(folder.resolve("config.json"), "{\n  \"model_type\": \"llama\",\n  oops\n}");
        assertThat(problemsOf(folder)).singleElement().asString().contains("config.json: is not JSON at line 3");
    }

    @Test
    void shouldReportFaultsOfConfigurationAndWeightsTogether() throws IOException {
        TinyFolder.write(folder);
        Files.delete(folder.resolve("model.safetensors"));
        TinyFolder.edit(
                folder.resolve("config.json"), text -> text.replace("\"hidden_size\" : 8", "\"hidden_size\" : -8")
                        .replace("\"silu\"", "\"gelu\"")
                        .replace("\"vocab_size\" : 7,", ""));
        assertThat(problemsOf(folder))
                .contains(
                        "config.json: hidden_act is \"gelu\", expected \"silu\"",
                        "config.json: hidden_size is -8, expected a positive integer",
                        "config.json: vocab_size is missing, expected a positive integer")
                .anyMatch(problem -> problem.contains("neither model.safetensors nor model.safetensors.index.json"));
    }

    @Test
    void shouldRefuseARopeItDoesNotKnow() {
        TinyFolder.write(folder);
        TinyFolder.edit(
                folder.resolve("config.json"),
                text -> text.replace(
                        "\"rope_scaling\" : null", "\"rope_scaling\" : {\"type\": \"dynamic\", \"factor\": 2.0}"));
        assertThat(problemsOf(folder))
                .singleElement()
                .asString()
                .contains("rope_scaling.type is \"dynamic\"", "default, linear, llama3, yarn");
    }

    @Test
    void shouldRefuseSlidingWindowsAndQuantizedWeights() {
        TinyFolder.write(folder);
        TinyFolder.edit(
                folder.resolve("config.json"),
                text -> text.replace(
                        "\"use_cache\" : true",
                        "\"use_sliding_window\": true, \"quantization_config\": {\"quant_method\": \"fp8\"}"));
        assertThat(problemsOf(folder))
                .hasSize(2)
                .anyMatch(p -> p.contains("use_sliding_window"))
                .anyMatch(p -> p.contains("quantization_config"));
    }

    @Test
    void shouldNameShardsThatAreMissingOrDisagreeWithTheIndex() throws IOException {
        // Given
        TinyFolder.write(folder);
        Files.move(folder.resolve("model.safetensors"), folder.resolve("a.safetensors"));
        Files.writeString(
                folder.resolve("model.safetensors.index.json"),
                """
                {"weight_map": {"model.norm.weight": "a.safetensors", "lm_head.weight": "a.safetensors", "x": "b.safetensors"}}""");
        // Then
        assertThat(problemsOf(folder))
                .contains(
                        "a.safetensors: tensor lm_head.weight is missing, but is listed in"
                                + " model.safetensors.index.json",
                        "a.safetensors: tensor model.embed_tokens.weight exists, but is not listed in"
                                + " model.safetensors.index.json",
                        "b.safetensors: no such file");
    }

    @Test
    void shouldAcceptATiedHeadOnlyWhenItIsTheEmbedding() {
        // Given
        // The head is the embedding, stored a second time.
        TensorSpec head = new TensorSpec("lm_head.weight", new long[] {7, 8});
        TinyFolder.write(folder, specs -> concat(specs, head));
        PolicyFolder.open(folder).close();
        // Given
        // The head differs from the embedding.
        List<NamedTensor> tensors = new ArrayList<>(TinyFolder.tensors(TinyFolder.CONFIG.tensors()));
        tensors.add(new NamedTensor(head.name(), head.shape(), () -> FloatBuffer.allocate(56)));
        SafeTensors.write(folder.resolve("model.safetensors"), tensors, DType.F32);
        assertThat(problemsOf(folder)).singleElement().asString().contains("lm_head.weight", "not expected");
    }

    @Test
    void shouldSayThatTheTokenizerIsMissingWhenItIsAskedFor() {
        TinyFolder.write(folder);
        try (PolicyFolder policy = PolicyFolder.open(folder)) {
            assertThatThrownBy(policy::tokenizer)
                    .isInstanceOf(PolicyFolderException.class)
                    .hasMessageContaining("tokenizer.json: no such file");
            assertThatThrownBy(policy::chatTemplate)
                    .isInstanceOf(PolicyFolderException.class)
                    .hasMessageContaining("has no chat template");
        }
    }

    @Test
    void shouldSayThatATokenizerIsNotUnderstood() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, "{\"model\": {\"type\": \"Nonsense\", \"vocab\": {\"a\": 0}}}");
        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(PolicyFolderException.class)
                .hasMessageContaining("contains no tokenizer that can be used");
    }

    @Test
    void shouldSayThatTheFolderIsMissing() {
        assertThat(problemsOf(folder.resolve("nothing"))).containsExactly("no such folder");
    }

    @Test
    void shouldCopyEverythingButTheWeightsAndSayHowTheyAreStored(@TempDir Path target) throws IOException {
        // Given
        TinyFolder.write(folder);
        TinyFolder.edit(folder.resolve("config.json"), text -> text.replace("float32", "bfloat16"));
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": 3}");
        Files.writeString(folder.resolve("README.md"), "not part of the policy");
        // When
        try (PolicyFolder policy = PolicyFolder.open(folder)) {
            policy.copyAuxiliaryFiles(target);
        }
        // Then
        assertThat(target.toFile().list())
                .containsExactlyInAnyOrder("config.json", "tokenizer.json", "generation_config.json");
        assertThat(target.resolve("config.json")).content().contains("float32").doesNotContain("bfloat16");
        assertThat(ModelConfig.read(target.resolve("config.json"))).isEqualTo(TinyFolder.CONFIG);
    }

    private static List<TensorSpec> concat(List<TensorSpec> specs, TensorSpec last) {
        List<TensorSpec> all = new ArrayList<>(specs);
        all.add(last);
        return all;
    }

    private static List<String> problemsOf(Path folder) {
        PolicyFolderException exception = catchThrowableOfType(
                PolicyFolderException.class, () -> PolicyFolder.open(folder).close());
        assertThat(exception).as("a folder that cannot be used").isNotNull();
        return exception.problems();
    }
}
