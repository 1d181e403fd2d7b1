package dev.longstream.it;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs that an older release began: its command was killed after step 4 of 8. Each archive holds the policy, the questions,
 * {@code run.yaml} and the folder of runs without the stages' local state, which is restored from the log. Made by
 * {@code longstream train --config run.yaml --model model --dir runs --run small} in the archive's folder.
 */
class OlderReleaseTest {
    private static final String RUN = "small";
    private static final int STEPS = 8;

    @ParameterizedTest
    @ValueSource(strings = "0.1.0")
    void shouldFinishARunThatAnOlderReleaseBegan(String release, @TempDir Path folder) throws Exception {
        // Given
        unzip("/runs/" + release + ".zip", folder);
        List<String> command =
                List.of("train", "--config", "run.yaml", "--model", "model", "--dir", "runs", "--run", RUN);
        // When
        try (CommandProcess process = CommandProcess.startIn(folder, command)) {
            assertThat(process.exit()).as(process.errors()).isZero();
        }
        // Then
        try (WholeRun run = new WholeRun(folder.resolve("runs"), RUN)) {
            run.verifyTraining(STEPS);
            assertThat(run.read(run.log().topics().evaluations()))
                    .filteredOn(evaluation -> evaluation.getLabel().equals("after-rl"))
                    .hasSize(1)
                    .allSatisfy(run::verifyAnswers); // the older release kept none of its own answers
        }
    }

    private static void unzip(String resource, Path folder) throws IOException {
        try (InputStream file = Objects.requireNonNull(OlderReleaseTest.class.getResourceAsStream(resource), resource);
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path to = folder.resolve(entry.getName());
                Files.createDirectories(to.getParent());
                Files.copy(zip, to);
            }
        }
    }
}
