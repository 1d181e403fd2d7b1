package dev.longstream.it;

import dev.longstream.runs.audit.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** A run whose log is set back behind its checkpoints and its stages' state, as a power cut or an older copy does. */
class PowerCutTest {
    private static final String RUN = "unplugged";
    private static final int TERMINATED = 143;

    @Test
    void shouldGoOnFromWhatTheLogStillHasAndAccountForEveryTrajectory(@TempDir Path folder) throws Exception {
        // Given
        SmallRun run = SmallRun.in(folder);
        Path stack = run.runs().resolve("stack");
        Path copy = folder.resolve("copy");
        stopWhenThereIs(run, folder, "checkpoints/step-000005");
        copy(stack, copy);
        stopWhenThereIs(run, folder, "checkpoints/step-000009");
        // When
        remove(stack);
        copy(copy, stack);
        EndedCommand ended = EndedCommand.succeed(run.command("train", RUN));
        // Then
        assertThat(ended.output()).contains("it closes");
        assertThat(run.runs().resolve(RUN).resolve("checkpoints/not-on-the-log-step-000009"))
                .isDirectory();
        try (WholeRun whole = new WholeRun(run.runs(), RUN)) {
            Ledger ledger = whole.verify(SmallRun.STEPS);
            assertThat(ledger.contradictions()).isEmpty();
        }
    }

    private static void stopWhenThereIs(SmallRun run, Path folder, String path) throws Exception {
        List<String> command = run.command("train", RUN);
        try (CommandProcess process =
                CommandProcess.startUntil(run.runs().resolve(RUN).resolve(path), folder, command)) {
            process.terminate();
            assertThat(process.exit()).as(process.errors()).isEqualTo(TERMINATED);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
