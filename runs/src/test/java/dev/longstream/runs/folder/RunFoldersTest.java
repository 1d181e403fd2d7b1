package dev.longstream.runs.folder;

import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.folder.RunFolders.LatestRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

class RunFoldersTest {
    @TempDir
    Path dir;

    @Test
    void shouldFindNoRunWhenNoneWasStarted() throws IOException {
        // Given
        Files.createDirectories(dir.resolve("stack"));
        // Then
        assertThat(RunFolders.latest(dir)).isEmpty();
        assertThat(RunFolders.latest(dir.resolve("none"))).isEmpty();
    }

    @Test
    void shouldFindTheNewestRunWhenNoneIsUnderWay() throws IOException {
        // Given
        run("older", Instant.parse("2026-01-01T00:00:00Z"));
        run("newer", Instant.parse("2026-01-02T00:00:00Z"));
        // Then
        assertThat(RunFolders.latest(dir)).contains(new LatestRun("newer", false));
    }

    @Test
    void shouldTakeTheLaterOfStartAndReportAsTheAgeOfARun() throws IOException {
        // Given
        run("reported", Instant.parse("2026-01-01T00:00:00Z"));
        run("started", Instant.parse("2026-01-02T00:00:00Z"));
        write(dir.resolve("reported/report.json"), Instant.parse("2026-01-03T00:00:00Z"));
        // Then
        assertThat(RunFolders.latest(dir)).contains(new LatestRun("reported", false));
    }

    @Test
    void shouldPreferTheRunUnderWayWhenAnotherIsNewer() throws IOException {
        // Given
        run("working", Instant.parse("2026-01-01T00:00:00Z"));
        run("newer", Instant.parse("2026-01-02T00:00:00Z"));
        try (RunFolder open = RunFolder.open(
                new ConfigurationLoader().set("dir=" + dir).set("run=working").load())) {
            // Then
            assertThat(RunFolders.latest(dir)).contains(new LatestRun("working", true));
            assertThat(open.path()).exists();
        }
        assertThat(RunFolders.latest(dir)).contains(new LatestRun("newer", false));
    }

    private void run(String name, Instant started) throws IOException {
        String printed = new ConfigurationLoader()
                .set("dir=" + dir)
                .set("run=" + name)
                .load()
                .printed();
        Files.createDirectories(dir.resolve(name));
        Files.writeString(dir.resolve(name).resolve(RunFolder.CONFIG_FILE), printed);
        Files.setLastModifiedTime(dir.resolve(name).resolve(RunFolder.CONFIG_FILE), FileTime.from(started));
    }

    private static void write(Path file, Instant at) throws IOException {
        Files.writeString(file, "{}");
        Files.setLastModifiedTime(file, FileTime.from(at));
    }
}
