package dev.longstream.files;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

class FolderLeaseTest {
    @TempDir
    Path folder;

    @Test
    void shouldHoldAFolderUntilItsLastReaderCloses() throws Exception {
        // Given
        FolderLease first = FolderLease.take(folder).orElseThrow();
        FolderLease second = FolderLease.take(folder).orElseThrow();
        // When
        first.close();
        // Then
        assertThat(FolderLease.isHeld(folder)).isTrue();
        second.close();
        assertThat(FolderLease.isHeld(folder)).isFalse();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void shouldForgetAReaderThatDiedLongAgo() throws Exception {
        // Given
        Path mark = Files.createFile(folder.resolve(".in-use-host-1-1"));
        assertThat(FolderLease.isHeld(folder)).isTrue();
        // When
        Files.setLastModifiedTime(mark, FileTime.from(Instant.now().minus(Duration.ofMinutes(3))));
        // Then
        assertThat(FolderLease.isHeld(folder)).isFalse();
    }

    @Test
    void shouldReadWithoutAMarkWhenTheFolderIsGone() {
        assertThat(FolderLease.take(folder.resolve("gone"))).isEmpty();
    }
}
