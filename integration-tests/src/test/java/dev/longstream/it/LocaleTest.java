package dev.longstream.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** A run under locales whose digits, or whose capital i, are not those of English. */
class LocaleTest {
    private static final List<String> EGYPT = List.of("-Duser.language=ar", "-Duser.country=EG");
    private static final List<String> TURKEY = List.of("-Duser.language=tr", "-Duser.country=TR");
    private static final String RUN = "abroad";

    @Test
    void shouldTrainUnderOneLocaleAndReadTheRunUnderAnother(@TempDir Path folder) throws Exception {
        // Given
        SmallRun run = SmallRun.in(folder);
        List<String> train = run.command("train", RUN, "--steps", "2", "--set", "warm-up.steps=2");
        // When
        try (CommandProcess process = CommandProcess.start(folder, EGYPT, train)) {
            // Then
            assertThat(process.exit()).as(process.errors()).isZero();
            assertThat(process.output()).contains("it closes");
        }
        assertThat(run.runs().resolve(RUN).resolve("checkpoints/step-000002")).isDirectory();
        // When
        try (CommandProcess process = CommandProcess.start(folder, TURKEY, run.command("audit", RUN))) {
            // Then
            assertThat(process.exit()).as(process.errors()).isZero();
        }
    }
}
