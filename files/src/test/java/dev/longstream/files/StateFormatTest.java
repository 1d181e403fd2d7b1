package dev.longstream.files;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StateFormatTest {
    @TempDir
    private Path folder;

    private record Usage(double seconds, long bytes) {}

    @Test
    void shouldTakeOlderFormatsAndRefuseNewerOnes() {
        // When
        var older = StateFormat.problem("state.json", 1, 2);
        var newer = StateFormat.problem("state.json", 3, 2);
        var damaged = StateFormat.problem("state.json", 0, 2);
        // Then
        assertThat(older).isEmpty();
        assertThat(newer.orElseThrow())
                .isEqualTo(
                        "state.json has format 3, expected 2 or older: a newer release of Longstream wrote it. Continue"
                                + " the run with that release");
        assertThat(damaged.orElseThrow()).contains("state.json has format 0").contains("damaged");
    }

    @Test
    void shouldReadAJsonFileThatAnotherReleaseWrote() throws IOException {
        // Given
        Path file = folder.resolve("usage.json");
        Files.writeString(file, "{\"seconds\": 1.5, \"peak\": 7}");
        // When
        Usage read = JsonFile.read(file, Usage.class).orElseThrow();
        // Then
        assertThat(read).isEqualTo(new Usage(1.5, 0));
    }

    @Test
    void shouldWriteTheFormatIntoAJsonFile() throws IOException {
        // Given
        Path file = folder.resolve("usage.json");
        // When
        JsonFile.write(file, new Usage(1.5, 8));
        // Then
        assertThat(Files.readString(file)).contains("\"format\" : 1");
        assertThat(JsonFile.read(file, Usage.class)).contains(new Usage(1.5, 8));
    }

    @Test
    void shouldRefuseAJsonFileOfANewerFormat() throws IOException {
        // Given
        Path file = folder.resolve("usage.json");
        Files.writeString(file, "{\"format\": 2, \"seconds\": 1.5}");
        // Then
        assertThatThrownBy(() -> JsonFile.read(file, Usage.class))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file + " has format 2, expected 1 or older");
    }
}
