package dev.longstream.benchmarks.kernels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.policy.roofline.BfloatCheck;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class KernelsTest {
    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

    @Test
    void shouldRunEveryKernel() throws IOException {
        // Given
        List<String> computeType = BfloatCheck.works() ? List.of("FLOAT32", "BFLOAT16") : List.of("FLOAT32");
        Kernels kernels = new Kernels(
                List.of(),
                Map.of(
                        "size", List.of("TINY"),
                        "computeType", computeType,
                        "prompt", List.of("5"),
                        "answerTokens", List.of("3")),
                1);
        // When
        Kernels.Results results = kernels.tryOut(stream());
        // Then
        List<String> names = new ArrayList<>();
        for (JsonNode entry : new ObjectMapper().readTree(results.json())) {
            names.add(entry.path("benchmark").asText().replaceAll(".*kernels\\.", ""));
        }
        assertThat(names)
                .hasSize(3 + 8 * computeType.size())
                .contains(
                        "HeadKernels.adamW",
                        "HeadKernels.backward",
                        "HeadKernels.scores",
                        "LogKernels.advantages",
                        "LogKernels.policyLoss",
                        "LogKernels.ruleReward",
                        "SamplingKernels.decodingStep",
                        "StepKernels.attention",
                        "StepKernels.attentionBackward",
                        "StepKernels.layer",
                        "StepKernels.layerBackward");
        assertThat(results.table()).anyMatch(line -> line.contains("StepKernels.layerBackward"));
    }

    @Test
    void shouldRefuseAPatternThatMatchesNothing() {
        Kernels none = new Kernels(List.of("no such kernel"), Map.of(), 1);
        assertThatThrownBy(() -> none.tryOut(stream()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("No kernel's name matches");
    }

    private PrintStream stream() {
        return new PrintStream(progress, true, StandardCharsets.UTF_8);
    }
}
