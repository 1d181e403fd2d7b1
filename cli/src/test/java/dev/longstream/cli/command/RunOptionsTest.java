package dev.longstream.cli.command;

import dev.longstream.runs.config.RunConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class RunOptionsTest {
    private final StringWriter err = new StringWriter();

    @TempDir
    Path dir;

    @BeforeEach
    void startOneRun() throws IOException {
        Files.createDirectories(dir.resolve("mine"));
        Files.writeString(
                dir.resolve("mine/config.yaml"),
                "run: mine\ndir: elsewhere\nphases: [{name: one, longer-than: 0, up-to: 9, steps: 7}]\n");
    }

    @Test
    void shouldTakeTheNewestRunWithItsOwnConfigurationAndSayWhich() {
        // When
        RunConfig config = started(Map.of());
        // Then
        assertThat(config.folder()).isEqualTo(dir.resolve("mine"));
        assertThat(config.totalSteps()).isEqualTo(7);
        assertThat(err.toString()).contains("Run mine, the newest in " + dir).hasLineCount(1);
    }

    @Test
    void shouldSayNothingWhenTheRunIsNamed() throws IOException {
        // Given
        Path file = Files.writeString(dir.resolve("other.yaml"), "run: other\n");
        // Then
        assertThat(started(Map.of(), "--run", "mine").totalSteps()).isEqualTo(7);
        assertThat(started(Map.of("LONGSTREAM_RUN", "other")).run()).isEqualTo("other");
        assertThat(started(Map.of(), "--set", "run=other").run()).isEqualTo("other");
        assertThat(started(Map.of(), "--config", file.toString()).run()).isEqualTo("other");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldKeepTheDefaultWhenNoRunWasStarted() throws IOException {
        // Given
        Files.delete(dir.resolve("mine/config.yaml"));
        // When
        RunConfig config = started(Map.of());
        // Then
        assertThat(config.run()).isEqualTo(RunConfig.DEFAULT.run());
        assertThat(err.toString()).isEmpty();
    }

    private RunConfig started(Map<String, String> environment, String... arguments) {
        RunOptions options = new RunOptions();
        List<String> words = new ArrayList<>(List.of("--dir", dir.toString()));
        words.addAll(List.of(arguments));
        new CommandLine(new AnyCommand(options)).parseArgs(words.toArray(String[]::new));
        return options.loadStarted(environment, new PrintWriter(err, true)).config();
    }

    @CommandLine.Command(name = "any")
    private static final class AnyCommand {
        @CommandLine.Mixin
        private final RunOptions options;

        AnyCommand(RunOptions options) {
            this.options = options;
        }
    }
}
