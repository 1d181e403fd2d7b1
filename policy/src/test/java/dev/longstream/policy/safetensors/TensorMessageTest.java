package dev.longstream.policy.safetensors;

import dev.longstream.policy.file.PolicyFolderException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TensorMessageTest {
    @TempDir
    private Path temporary;

    private static TensorMessage message() {
        TensorMessage message = new TensorMessage()
                .put("ids", new int[] {1, -2, Integer.MAX_VALUE})
                .put("none", new int[0])
                .put("norm", new float[] {Float.NaN, Float.POSITIVE_INFINITY, 0.1f});
        message.fields().put("text", "é \"quoted\"").putObject("settings").put("number", 0.1);
        return message;
    }

    @Test
    void shouldReadWhatItWrote() {
        TensorMessage read = TensorMessage.parse(message().toBytes());

        assertThat(read.ints("ids")).containsExactly(1, -2, Integer.MAX_VALUE);
        assertThat(read.ints("none")).isEmpty();
        assertThat(read.floats("norm", 3)).containsExactly(Float.NaN, Float.POSITIVE_INFINITY, 0.1f);
        assertThat(read.fields()).isEqualTo(message().fields());
        assertThat(read.hasFloats("ids")).isFalse();
    }

    @Test
    void shouldBeAFileOfSafetensors() throws IOException {
        Path file =
                Files.write(temporary.resolve("message.safetensors"), message().toBytes());
        try (SafeTensors tensors = SafeTensors.open(file)) {
            assertThat(tensors.names()).containsExactly("ids", "none", "norm");
            assertThat(tensors.floats("norm")).containsExactly(Float.NaN, Float.POSITIVE_INFINITY, 0.1f);
        }
    }

    @Test
    void shouldRefuseWhatIsDamagedOrMissing() {
        byte[] whole = message().toBytes();
        for (int size : new int[] {0, 7, 20, whole.length - 1}) {
            assertThatThrownBy(() -> TensorMessage.parse(Arrays.copyOf(whole, size)))
                    .as("%s bytes", size)
                    .isInstanceOf(PolicyFolderException.class);
        }
        assertThatThrownBy(() -> message().ints("others")).hasMessageContaining("has no vector others of I32");
        assertThatThrownBy(() -> message().floats("norm", 2))
                .hasMessageContaining("has 3 values in the vector norm of F32, expected 2 values");
    }
}
