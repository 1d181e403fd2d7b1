package dev.longstream.policy.training;

import ai.djl.Model;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StepScriptTest {
    private static final ModelConfig CONFIG = ModelConfig.in(Path.of("../models/quickstart"));

    @TempDir
    Path folder;

    @Test
    void shouldWriteAnArchiveThatPyTorchCompiles() throws Exception {
        // Given
        Path file = folder.resolve("step.pt");
        // When
        StepScript.write(file, CONFIG, ComputeType.FLOAT32, false);
        // Then
        try (Model model = Model.newInstance("step", "PyTorch");
                InputStream archive = Files.newInputStream(file)) {
            model.load(archive);
            assertThat(model.getBlock()).isNotNull();
        }
        assertThat(code(file)).contains("def layer_backward(", "def head_backward(", "def embed_backward(");
    }

    @Test
    void shouldTakeMatricesAsTheyAreStoredSoThatAnyMachineCanRunIt() throws Exception {
        // Given
        Path file = folder.resolve("step.pt");
        // When
        StepScript.write(file, CONFIG, ComputeType.BFLOAT16, true);
        // Then
        assertThat(code(file)).doesNotContain("ops.mkldnn._linear_pointwise");
    }

    @Test
    void shouldNameTheFileThatCannotBeWritten() {
        // Given
        Path file = folder.resolve("missing/step.pt");
        // Then
        assertThatThrownBy(() -> StepScript.write(file, CONFIG, ComputeType.FLOAT32, false))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file + " cannot be written");
    }

    private static String code(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return new String(
                    zip.getInputStream(zip.getEntry("policy/code/__torch__.py")).readAllBytes(),
                    StandardCharsets.UTF_8);
        }
    }
}
