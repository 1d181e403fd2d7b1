package dev.longstream.runs.watch;

import dev.longstream.files.FreeSpace;
import dev.longstream.runs.failure.DiskSpaceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DiskWatchTest {
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    Path folder;

    private final AtomicLong usable = new AtomicLong();

    @Test
    void shouldStopWhenReserveOrCheckpointDoNotFit() {
        // Given
        DiskWatch watch = watch(100);
        usable.set(150 * MEBIBYTE);
        // Then
        assertThatCode(watch::require).doesNotThrowAnyException();
        usable.set(150 * MEBIBYTE - 1);
        assertThatThrownBy(watch::require)
                .isInstanceOf(DiskSpaceException.class)
                .hasMessageContainingAll("149 MiB", "150 are needed", "the next checkpoint", "continues from here");
        usable.set(99 * MEBIBYTE);
        assertThatThrownBy(watch::require)
                .isInstanceOf(DiskSpaceException.class)
                .hasMessageContainingAll("stack", "disk-reserve-mebibytes");
    }

    @Test
    void shouldNotCountTheCheckpointTwiceWhileItIsWritten() throws IOException {
        // Given
        Path half = Files.createDirectories(folder.resolve("checkpoints/.unfinished-step-000003/model"));
        Files.write(half.resolve("model.safetensors"), new byte[(int) (30 * MEBIBYTE)]);
        // When
        usable.set(120 * MEBIBYTE);
        // Then
        assertThatCode(watch(100)::require).doesNotThrowAnyException();
    }

    @Test
    void shouldCheckNothingWithoutAReserve() {
        assertThatCode(watch(0)::require).doesNotThrowAnyException();
    }

    @Test
    void shouldMeasureAFolderThatIsNotThereYet() throws IOException {
        assertThat(FreeSpace.OF_THE_SYSTEM.usableBytes(folder.resolve("later/still")))
                .isPositive();
    }

    private DiskWatch watch(long reserve) {
        return new DiskWatch(
                asked -> usable.get(),
                folder.resolve("checkpoints"),
                List.of(folder.resolve("stack")),
                reserve * MEBIBYTE,
                50 * MEBIBYTE);
    }
}
