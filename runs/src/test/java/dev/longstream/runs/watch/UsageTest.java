package dev.longstream.runs.watch;

import dev.longstream.files.JsonFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class UsageTest {
    @TempDir
    Path folder;

    @Test
    void shouldAddUpTheTimeAndKeepTheLargestMemoryOverProcesses() {
        // Given
        Path file = folder.resolve("usage.json");
        JsonFile.write(file, new Usage(10, Long.MAX_VALUE));

        // When
        Usage after = Usage.in(file).plus(2.5);

        // Then
        assertThat(after.wallSeconds()).isEqualTo(12.5);
        assertThat(after.peakMemoryBytes()).isEqualTo(Long.MAX_VALUE);
    }
}
