package dev.longstream.policy.delta;

import com.github.luben.zstd.Zstd;
import dev.longstream.files.Sha256;
import dev.longstream.policy.delta.DeltaFile.DeltaSize;
import dev.longstream.policy.file.PolicyFolderException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DeltaFileTest {
    private static final int BYTES = 4_000;

    private Path folder;

    @BeforeEach
    @BeforeProperty
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("delta");
    }

    @AfterEach
    @AfterProperty
    void removeFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Property(tries = 200)
    void shouldLeadFromOneFileToTheOther(
            @ForAll long seed, @ForAll @IntRange(max = 300) int changes, @ForAll @Size(max = 40) List<Short> values)
            throws IOException {
        Random random = new Random(seed);
        byte[] before = new byte[BYTES];
        random.nextBytes(before);
        byte[] after = changed(before, changes, random);
        for (int i = 0; i < values.size(); i++) { // the largest and smallest differences are among them
            after[2 * i] = (byte) (short) values.get(i);
            after[2 * i + 1] = (byte) (values.get(i) >> 8);
        }

        assertThat(applied(file(before), List.of(delta(before, after)))).isEqualTo(after);
    }

    @Test
    void shouldLeadThroughSeveralBlocksAndVersions() throws IOException {
        // Given
        Random random = new Random(1);
        byte[] first = new byte[2 * DeltaFile.BLOCK_BYTES + 6];
        random.nextBytes(first);
        byte[] second = changed(first, 1_000, random);
        byte[] third = changed(second, 1_000, random);
        for (byte[] version : List.of(second, third)) {
            version[DeltaFile.BLOCK_BYTES - 1]++;
            version[DeltaFile.BLOCK_BYTES]++;
            version[first.length - 1]++;
        }
        // When
        List<Path> deltas = List.of(delta(first, second), delta(second, third));
        byte[] found = applied(file(first), deltas);
        // Then
        assertThat(Arrays.equals(found, third)).isTrue();
        assertThat(Files.size(deltas.get(0))).isLessThan(10_000);
    }

    @Test
    void shouldSayHowLargeItIsAndWithWhichDigest() throws IOException {
        byte[] before = new byte[BYTES];
        Path delta = folder.resolve("delta");
        DeltaSize size = DeltaFile.write(file(before), file(changed(before, 3, new Random(1))), delta)
                .orElseThrow();
        assertThat(size).isEqualTo(new DeltaSize(Files.size(delta), Sha256.of(delta)));
        assertThat(size.bytes()).isLessThan(100);
    }

    @Test
    void shouldNotExistWhereItIsNotSmaller() throws IOException {
        // Given
        byte[] before = new byte[BYTES];
        byte[] other = new byte[BYTES];
        new Random(1).nextBytes(other);
        Path delta = folder.resolve("delta");
        // Then
        assertThat(DeltaFile.write(file(before), file(other), delta)).isEmpty();
        assertThat(DeltaFile.write(file(before), file(new byte[BYTES + 2]), delta))
                .isEmpty();
        assertThat(DeltaFile.write(file(new byte[3]), file(new byte[3]), delta)).isEmpty();
        assertThat(delta).doesNotExist();
    }

    @Test
    void shouldRefuseEveryTruncation() throws IOException {
        // Given
        byte[] before = new byte[BYTES];
        byte[] whole = Files.readAllBytes(delta(before, changed(before, 20, new Random(1))));
        Path base = file(before);
        for (int length = 0; length < whole.length; length++) {
            Path cut = file(Arrays.copyOf(whole, length));
            // Then
            assertThatThrownBy(() -> applied(base, List.of(cut)))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(PolicyFolderException.class)
                    .hasMessageContaining(cut.toString())
                    .hasMessageContaining("expected");
        }
    }

    /** Damage is refused or gives other bytes, whose digest the caller compares; it never ends in another exception. */
    @Property(tries = 500)
    void shouldNotBreakOnDamage(@ForAll @IntRange(max = 1_000) int place, @ForAll byte value) throws IOException {
        byte[] before = new byte[BYTES];
        byte[] after = changed(before, 50, new Random(1));
        byte[] damaged = Files.readAllBytes(delta(before, after));
        damaged[place % damaged.length] = value;
        try {
            assertThat(applied(file(before), List.of(file(damaged)))).hasSize(BYTES);
        } catch (PolicyFolderException e) {
            assertThat(e).hasMessageContaining("expected");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2001, 1, 1, has a block with 2001 changes; expected 0 to 2000",
        "-1, 1, 1, has a block with -1 changes; expected 0 to 2000",
        "2, 1, 4, has a block with fewer positions than changes; expected 2",
        "1, 2, 2, has 1 bytes after the last position of a block; expected none",
        "2, 2, 2, has 2 bytes for the values of 2 changes; expected 4",
        "1, 9, 2, has a part that cannot be decompressed; expected at most 4 bytes",
    })
    void shouldNameWhatIsFoundAndWhatIsExpected(int changed, int positions, int values, String problem)
            throws IOException {
        Path delta = handMade(changed, new byte[positions], new byte[values]);
        assertRefused(delta, problem.replace(';', ','));
    }

    @Test
    void shouldRefusePositionsBeyondTheFile() throws IOException {
        assertRefused(
                handMade(1, new byte[] {(byte) 0xd0, 0x0f}, new byte[2]),
                "changes value 2000 of a block, expected less than 2000");
        assertRefused(handMade(1, new byte[] {-1, -1, -1, -1}, new byte[2]), "has a position of more than 28 bits");
    }

    @Test
    void shouldRefuseAnotherFilesDeltaAndWhatIsNone() throws IOException {
        byte[] larger = new byte[BYTES + 2];
        assertRefused(
                delta(larger, changed(larger, 1, new Random(1))),
                "is made for a file of 4002 bytes, expected one for the 4000 bytes");
        assertRefused(file(new byte[100]), "begins with the bytes [0, 0, 0, 0, 0, 0, 0, 0], expected LSDELTA1");
        byte[] before = new byte[BYTES];
        byte[] delta = Files.readAllBytes(delta(before, changed(before, 1, new Random(1))));
        assertRefused(file(Arrays.copyOf(delta, delta.length + 1)), "has bytes after its last block, expected none");
    }

    private void assertRefused(Path delta, String problem) throws IOException {
        Path base = file(new byte[BYTES]);
        assertThatThrownBy(() -> applied(base, List.of(delta)))
                .isInstanceOf(PolicyFolderException.class)
                .hasMessageContaining(delta + ": " + problem);
    }

    /** Writes a delta of one block as no trainer would. */
    private Path handMade(int changed, byte[] positions, byte[] values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(DeltaFile.MAGIC);
        out.writeLong(BYTES);
        out.writeInt(changed);
        for (byte[] part : List.of(positions, values)) {
            byte[] compressed = Zstd.compress(part);
            out.writeInt(compressed.length);
            out.write(compressed);
        }
        return file(bytes.toByteArray());
    }

    private Path delta(byte[] before, byte[] after) throws IOException {
        Path delta = Files.createTempFile(folder, "delta", "");
        Files.delete(delta);
        Optional<DeltaSize> written = DeltaFile.write(file(before), file(after), delta);
        assertThat(written).isPresent();
        return delta;
    }

    private byte[] applied(Path base, List<Path> deltas) throws IOException {
        Path target = Files.createTempFile(folder, "target", "");
        Files.delete(target);
        String digest = DeltaFile.apply(base, deltas, target);
        assertThat(digest).isEqualTo(Sha256.of(target));
        return Files.readAllBytes(target);
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(Files.createTempFile(folder, "file", ""), content);
    }

    private static byte[] changed(byte[] before, int changes, Random random) {
        byte[] after = before.clone();
        for (int i = 0; i < changes; i++) {
            after[random.nextInt(after.length)]++;
        }
        return after;
    }
}
