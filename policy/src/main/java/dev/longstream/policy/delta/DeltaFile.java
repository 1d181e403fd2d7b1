package dev.longstream.policy.delta;

import dev.longstream.files.Sha256;
import dev.longstream.policy.file.PolicyFolderException;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Differences between two files of 2-byte values, such as the bfloat16 weights of two policy versions.
 *
 * <pre>
 * magic "LSDELTA1", then the size of either file in bytes (8)
 * for each block of 8 MiB:
 *     number of changed values (4); the rest only if it is not 0
 *     length (4), then the compressed positions: unchanged values between a changed one and the one before
 *     length (4), then the compressed differences, new minus old: first all low bytes, then all high bytes
 * </pre>
 *
 * Numbers are big-endian. A position has seven bits a byte, the lowest first, and the eighth bit says that another byte follows.
 * Differences are modulo 2^16, and 0, -1, 1, -2 … are stored as 0, 1, 2, 3 …, so that small ones of either sign have a high byte
 * of 0. Compression is Zstandard's.
 */
public final class DeltaFile {
    static final byte[] MAGIC = {'L', 'S', 'D', 'E', 'L', 'T', 'A', '1'};
    static final int VALUE_BYTES = Short.BYTES;
    /** Bytes of the two files that are in memory at once. A multiple of eight. */
    static final int BLOCK_BYTES = 1 << 23;

    private DeltaFile() {}

    /**
     * Size and digest of a delta that was written.
     *
     * @param bytes size in bytes
     * @param digest SHA-256 of the file
     */
    public record DeltaSize(long bytes, String digest) {}

    /**
     * Writes the difference between two files, unless it is as large as the second one. It is not forced to the disk.
     *
     * @param before the older file
     * @param after the newer file
     * @param delta file to write; it must not exist
     * @return empty if the files have different or odd sizes, or the delta would not be smaller; then there is no file
     * @throws IOException if a file cannot be read or written; then there may be a part of the delta
     */
    public static Optional<DeltaSize> write(Path before, Path after, Path delta) throws IOException {
        long bytes = Files.size(after);
        if (Files.size(before) != bytes || bytes % VALUE_BYTES != 0) {
            return Optional.empty();
        }
        if (!writeBlocks(before, after, delta, bytes)) {
            Files.delete(delta);
            return Optional.empty();
        }
        return Optional.of(new DeltaSize(Files.size(delta), Sha256.of(delta)));
    }

    /** Writes the file and returns true, or stops where it would become as large as the newer file. */
    private static boolean writeBlocks(Path before, Path after, Path delta, long bytes) throws IOException {
        try (FileChannel older = FileChannel.open(before);
                FileChannel newer = FileChannel.open(after);
                DataOutputStream out = new DataOutputStream(
                        new BufferedOutputStream(Files.newOutputStream(delta, StandardOpenOption.CREATE_NEW)))) {
            out.write(MAGIC);
            out.writeLong(bytes);
            BlockChanges changes = new BlockChanges();
            long written = MAGIC.length + (long) Long.BYTES;
            for (long from = 0; from < bytes; from += BLOCK_BYTES) {
                int size = (int) Math.min(BLOCK_BYTES, bytes - from);
                changes.find(map(older, from, size), map(newer, from, size));
                written += changes.writeTo(out);
                if (written >= bytes) {
                    return false;
                }
            }
            return written < bytes;
        }
    }

    private static ByteBuffer map(FileChannel file, long from, int size) throws IOException {
        return file.map(FileChannel.MapMode.READ_ONLY, from, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Writes the file that deltas lead to. The caller compares its digest: a delta of other files gives other bytes.
     *
     * @param base file that the first delta starts from
     * @param deltas deltas in the order of their versions, each starting from what the one before leads to
     * @param target file to write; it must not exist
     * @return SHA-256 of the target
     * @throws PolicyFolderException if a delta is damaged or belongs to files of another size
     * @throws IOException if a file cannot be read or written
     */
    public static String apply(Path base, List<Path> deltas, Path target) throws IOException {
        long bytes = Files.size(base);
        List<DeltaReader> readers = new ArrayList<>();
        try (InputStream in = Files.newInputStream(base);
                OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
            for (Path delta : deltas) {
                readers.add(DeltaReader.open(delta, bytes));
            }
            Sha256 digest = new Sha256();
            byte[] block = new byte[(int) Math.min(BLOCK_BYTES, bytes)];
            for (long from = 0; from < bytes; from += BLOCK_BYTES) {
                ByteBuffer values = ByteBuffer.wrap(block, 0, in.readNBytes(block, 0, block.length))
                        .order(ByteOrder.LITTLE_ENDIAN);
                for (DeltaReader reader : readers) {
                    reader.applyNext(values);
                }
                out.write(block, 0, values.limit());
                digest.add(values);
            }
            for (DeltaReader reader : readers) {
                reader.requireEnd();
            }
            return digest.hex();
        } finally {
            for (DeltaReader reader : readers) {
                reader.close();
            }
        }
    }
}
