package dev.longstream.stack;

import dev.longstream.stack.failure.StackException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StackFileTest {
    private static final StackFile ADDRESSES =
            new StackFile(3691, "127.0.0.1:43153", "http://127.0.0.1:39533", 43153, 44151, 39533, null);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("stack.json");
    }

    @Test
    void shouldReadTheFileOfRelease010() throws IOException {
        // Given
        Files.writeString(
                file,
                """
                {
                  "pid" : 3691,
                  "bootstrapServers" : "127.0.0.1:43153",
                  "registryUrl" : "http://127.0.0.1:39533",
                  "brokerPort" : 43153,
                  "controllerPort" : 44151,
                  "registryPort" : 39533
                }
                """);
        // Then
        assertThat(StackFile.read(folder)).contains(ADDRESSES);
    }

    @Test
    void shouldReadWhatItWroteAndIgnoreAFieldOfAnotherRelease() throws IOException {
        // Given
        ADDRESSES.write(folder);
        Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{\"metricsPort\" : 9404,"));
        // Then
        assertThat(StackFile.read(folder)).contains(ADDRESSES);
    }

    @Test
    void shouldRefuseAFormatOfANewerRelease() throws IOException {
        // Given
        ADDRESSES.write(folder);
        Files.writeString(file, Files.readString(file).replace("\"format\" : 1", "\"format\" : 2"));
        // Then
        assertThatThrownBy(() -> StackFile.read(folder))
                .isInstanceOf(StackException.class)
                .hasMessageContaining(file + " has format 2, expected 1 or older");
    }
}
