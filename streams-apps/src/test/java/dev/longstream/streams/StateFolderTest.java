package dev.longstream.streams;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class StateFolderTest {
    @TempDir
    Path shared;

    @Test
    void shouldGiveEachInstanceAPartAndUseThePartOfADeadOneAgain() {
        // Given
        StateFolder first = StateFolder.take(shared, "run.scoring");
        try (StateFolder second = StateFolder.take(shared, "run.scoring");
                StateFolder other = StateFolder.take(shared, "run.grouping")) {
            assertThat(first.path()).isEqualTo(shared);
            assertThat(second.path()).isEqualTo(shared.resolve("instance-2"));
            assertThat(other.path()).isEqualTo(shared);
            // When
            first.close();
            // Then
            try (StateFolder third = StateFolder.take(shared, "run.scoring")) {
                assertThat(third.path()).isEqualTo(shared);
            }
        }
    }
}
