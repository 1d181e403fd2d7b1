package dev.longstream.trainer.checkpoint;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CheckpointFormatTest {
    @Test
    void shouldRefuseACheckpointThatANewerReleaseWrote(@TempDir Path folder) throws IOException {
        // Given
        Path state = Files.createDirectories(folder.resolve("step-000004")).resolve("state.json");
        Files.writeString(state, "{\"format\": 2, \"step\": 4, \"configDigest\": \"digest\"}");
        try (Checkpoints checkpoints = new Checkpoints(folder, "digest", 3, Set.of(), new DurableFiles())) {
            // Then
            assertThatThrownBy(checkpoints::restore)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining(state + " has format 2, expected 1 or older");
        }
    }
}
