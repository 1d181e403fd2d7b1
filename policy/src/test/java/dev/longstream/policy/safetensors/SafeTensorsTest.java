package dev.longstream.policy.safetensors;

import dev.longstream.files.Sha256;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.TinyFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class SafeTensorsTest {
    @TempDir
    Path folder;

    @Test
    void shouldSayWhereTheFileEndsWhenItIsCutOffWhileItIsOpen() throws IOException {
        // Given
        Path file = folder.resolve("cut.safetensors");
        SafeTensors.write(
                file,
                List.of(new NamedTensor("x", new long[] {1 << 20}, () -> FloatBuffer.allocate(1 << 20))),
                DType.F32);
        try (SafeTensors read = SafeTensors.open(file);
                FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
            // When
            other.truncate(1 << 16);
            // Then
            assertThatThrownBy(() -> read.floats("x"))
                    .isInstanceOf(PolicyFolderException.class)
                    .hasRootCauseInstanceOf(IOException.class)
                    .hasMessageContainingAll("cut.safetensors", "file ends at byte 65536");
        }
    }

    @Test
    void shouldReadWhatItWroteAcrossManyBlocks() {
        // Given
        // The array is larger than the blocks of writer and reader.
        float[] values = new float[3_000_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.25f - 7;
        }
        Path file = folder.resolve("x.safetensors");
        List<NamedTensor> tensors = List.of(
                new NamedTensor("odd", new long[] {3}, () -> FloatBuffer.wrap(new float[] {1, 2, 3})),
                new NamedTensor("empty", new long[] {0, 4}, () -> FloatBuffer.allocate(0)),
                new NamedTensor("large", new long[] {values.length}, () -> FloatBuffer.wrap(values)));
        // When
        String digest = SafeTensors.write(file, tensors, DType.F32);
        // Then
        try (SafeTensors read = SafeTensors.open(file)) {
            assertThat(read.names()).containsExactly("odd", "empty", "large");
            assertThat(read.floats("large")).isEqualTo(values);
            assertThat(read.floats("empty")).isEmpty();
            assertThat(read.shape("empty")).containsExactly(0, 4);
            assertThat(digest)
                    .isEqualTo(read.digest())
                    .isEqualTo(SafeTensors.sha256(file))
                    .hasSize(64);
        }
        // Every quarter below 2^6 has a bfloat16.
        SafeTensors.write(file, tensors, DType.BF16);
        try (SafeTensors read = SafeTensors.open(file)) {
            assertThat(read.dtype("large")).isEqualTo(DType.BF16);
            float[] rounded = read.floats("large");
            assertThat(java.util.Arrays.copyOf(rounded, 3)).containsExactly(-7, -6.75f, -6.5f);
            assertThat(rounded[values.length - 1])
                    .isEqualTo(FloatFormats.fromBrain(FloatFormats.toBrain(values[values.length - 1])));
        }
    }

    @Test
    void shouldStartValuesAtAMultipleOfEightAndSayTheFormat() throws IOException {
        for (String name : List.of("a", "ab", "abc", "abcd", "abcdefgh")) {
            Path file = folder.resolve(name);
            SafeTensors.write(
                    file, List.of(new NamedTensor(name, new long[] {1}, () -> FloatBuffer.allocate(1))), DType.F32);
            byte[] bytes = Files.readAllBytes(file);
            long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
            assertThat(header % 8).isZero();
            assertThat(bytes).hasSize((int) header + 12);
            assertThat(new String(bytes, 8, (int) header, StandardCharsets.UTF_8))
                    .startsWith("{\"__metadata__\":{\"format\":\"pt\"},");
        }
    }

    @Test
    void shouldReadBeyondTwoGibibytesOfAFile() throws IOException {
        // Given
        // The file is sparse: nobody reads its first 2 GiB, and three numbers follow.
        long skipped = (1L << 31) + 4;
        String header = ("{\"skipped\": {\"dtype\": \"F32\", \"shape\": [%d], \"data_offsets\": [0, %d]},"
                        + " \"last\": {\"dtype\": \"I64\", \"shape\": [3], \"data_offsets\": [%d, %d]}}")
                .formatted(skipped / 4, skipped, skipped, skipped + 24);
        Path file = folder.resolve("large.safetensors");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            ByteBuffer start = ByteBuffer.allocate(8 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
            channel.write(start.putLong(header.length())
                    .put(header.getBytes(StandardCharsets.UTF_8))
                    .flip());
            ByteBuffer last = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
            channel.write(last.putLong(5).putLong(-6).putLong(Long.MAX_VALUE).flip(), 8 + header.length() + skipped);
        }
        // Then
        try (SafeTensors read = SafeTensors.open(file)) {
            assertThat(read.longs("last")).containsExactly(5, -6, Long.MAX_VALUE);
            assertThatThrownBy(() -> read.floats("last"))
                    .isInstanceOf(PolicyFolderException.class)
                    .hasMessageContaining("tensor last is stored as I64, expected F32, F16 or BF16");
        }
    }

    @Test
    void shouldRemoveWhatItBeganWhenATensorIsNotWhole() {
        Path file = folder.resolve("x.safetensors");
        List<NamedTensor> tensors = List.of(new NamedTensor("w", new long[] {3}, () -> FloatBuffer.allocate(2)));
        assertThatThrownBy(() -> SafeTensors.write(file, tensors, DType.F32))
                .hasMessageContaining("tensor w has 2 values, expected [3]");
        assertThat(file).doesNotExist();
    }

    @Test
    void shouldNameTheFileThatCannotBeWritten() {
        Path file = folder.resolve("no-such-folder").resolve("x.safetensors");
        assertThatThrownBy(() -> SafeTensors.write(file, List.of(), DType.F32))
                .isInstanceOf(PolicyFolderException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("cannot be written");
    }

    @Test
    void shouldSayThatTheDiskIsFullAndLeaveNothing() throws IOException {
        // Given
        // The link leads to a device that is always full.
        assumeTrue(Files.exists(Path.of("/dev/full")), "skipped: needs /dev/full");
        Path file = Files.createSymbolicLink(folder.resolve("x.safetensors"), Path.of("/dev/full"));
        // Then
        assertThatThrownBy(() -> SafeTensors.write(file, TinyFolder.tensors(TinyFolder.CONFIG.tensors()), DType.F32))
                .isInstanceOf(PolicyFolderException.class)
                .hasMessageContaining("x.safetensors: cannot be written")
                .hasMessageContaining("No space left on device");
        assertThat(file).doesNotExist();
    }

    @Test
    void shouldDigestShardsByNameAndContent() {
        // Given
        List<TensorSpec> specs = TinyFolder.CONFIG.tensors();
        Path a = folder.resolve("a.safetensors");
        Path b = folder.resolve("b.safetensors");
        SafeTensors.write(a, TinyFolder.tensors(specs.subList(0, 5)), DType.F32);
        SafeTensors.write(b, TinyFolder.tensors(specs.subList(5, specs.size())), DType.F32);
        StringBuilder index = new StringBuilder("{\"weight_map\": {");
        for (int i = 0; i < specs.size(); i++) {
            index.append(i == 0 ? "" : ", ")
                    .append('"')
                    .append(specs.get(i).name())
                    .append("\": \"")
                    .append(i < 5 ? "a" : "b")
                    .append(".safetensors\"");
        }
        TinyFolder.CONFIG.write(folder.resolve("config.json"));
        write("model.safetensors.index.json", index + "}}");
        // Then
        try (PolicyFolder policy = PolicyFolder.open(folder)) {
            assertThat(policy.tensors().names()).hasSize(specs.size());
            assertThat(policy.tensors().digest())
                    .isEqualTo(Sha256.of(
                            SafeTensors.sha256(a) + "  a.safetensors\n" + SafeTensors.sha256(b) + "  b.safetensors\n"));
        }
    }

    private void write(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
