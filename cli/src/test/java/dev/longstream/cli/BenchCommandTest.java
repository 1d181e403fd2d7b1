package dev.longstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.cli.exit.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class BenchCommandTest {
    private static final List<String> SMALL =
            List.of("--steps", "3", "--batch", "4", "--answers", "2", "--workers", "1", "--trainers", "1");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void shouldPrintARowForEveryPolicyAndBoundOfASimulatedLoop() {
        // When
        int exit = bench("schedule", SMALL, "--staleness", "0,2");
        // Then
        assertThat(exit).isEqualTo(ExitCode.DONE.code());
        assertThat(out.toString().lines())
                .anyMatch(line -> line.startsWith("in turns"))
                .anyMatch(line -> line.matches("strict order \\(Longstream\\) +0 .*"))
                .anyMatch(line -> line.matches("strict order \\(Longstream\\) +2 .*"))
                .anyMatch(line -> line.matches("first ready, all trained +2 .*"))
                .anyMatch(line -> line.matches("first ready, old ones dropped +2 .*"));
    }

    @Test
    void shouldPrintASimulatedLoopAsJson() throws IOException {
        // When
        bench("schedule", SMALL, "--staleness", "1", "--json");
        // Then
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/load/tail/medianTokens").asInt()).isEqualTo(1434);
        assertThat(json.at("/figures/1/policy").asText()).isEqualTo("STRICT_ORDER");
        assertThat(json.at("/figures/1/lengths/trainedMeans")).hasSize(3);
    }

    @Test
    void shouldRefuseANegativeBound() {
        // When
        int exit = bench("schedule", SMALL, "--staleness", "1,-1");
        // Then
        assertThat(exit).isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("--staleness is [1, -1], no bound may be negative");
    }

    @Test
    void shouldWriteTheScriptOfAGradientStep() {
        // Given
        Path file = folder.resolve("step.pt");
        // When
        int exit = bench("script", List.of(), file.toString(), "--model", "../models/quickstart");
        // Then
        assertThat(exit).isEqualTo(ExitCode.DONE.code());
        assertThat(file).isNotEmptyFile();
    }

    private int bench(String what, List<String> options, String... more) {
        List<String> arguments = new ArrayList<>(List.of("bench", what));
        arguments.addAll(options);
        arguments.addAll(List.of(more));
        return Longstream.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
