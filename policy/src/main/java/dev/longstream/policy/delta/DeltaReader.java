package dev.longstream.policy.delta;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.longstream.policy.file.PolicyFolderException;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a delta block by block. Refuses a damaged one before memory is allocated for the sizes that it states. */
final class DeltaReader implements AutoCloseable {
    /** Longest distance, which is more than the values of a block. */
    private static final int MAX_DISTANCE_BYTES = 4;

    private final Path file;
    private final DataInputStream in;

    private DeltaReader(Path file, DataInputStream in) {
        this.file = file;
        this.in = in;
    }

    /**
     * Opens a delta and reads its header.
     *
     * @param bytes size of the file that the delta is applied to
     */
    static DeltaReader open(Path file, long bytes) throws IOException {
        DeltaReader reader =
                new DeltaReader(file, new DataInputStream(new BufferedInputStream(Files.newInputStream(file))));
        try {
            reader.readHeader(bytes);
            return reader;
        } catch (EOFException e) {
            reader.close();
            throw reader.truncated(e);
        } catch (IOException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private void readHeader(long bytes) throws IOException {
        byte[] magic = in.readNBytes(DeltaFile.MAGIC.length);
        if (!Arrays.equals(magic, DeltaFile.MAGIC)) {
            throw refused("begins with the bytes " + Arrays.toString(magic) + ", expected LSDELTA1");
        }
        long found = in.readLong();
        if (found != bytes) {
            throw refused("is made for a file of " + found + " bytes, expected one for the " + bytes
                    + " bytes that it is applied to");
        }
    }

    /** Applies the next block's changes to its values. */
    void applyNext(ByteBuffer block) throws IOException {
        int values = block.limit() / DeltaFile.VALUE_BYTES;
        try {
            int changed = in.readInt();
            if (changed < 0 || changed > values) {
                throw refused("has a block with " + changed + " changes, expected 0 to " + values);
            }
            if (changed > 0) {
                apply(changed, part(changed * Integer.BYTES), part(changed * DeltaFile.VALUE_BYTES), block);
            }
        } catch (EOFException e) {
            throw truncated(e);
        }
    }

    private void apply(int changed, ByteBuffer positions, ByteBuffer differences, ByteBuffer block) {
        if (differences.limit() != changed * DeltaFile.VALUE_BYTES) {
            throw refused("has " + differences.limit() + " bytes for the values of " + changed + " changes, expected "
                    + changed * DeltaFile.VALUE_BYTES);
        }
        int values = block.limit() / DeltaFile.VALUE_BYTES;
        long place = -1;
        for (int i = 0; i < changed; i++) {
            place += 1 + distance(positions, changed);
            if (place >= values) {
                throw refused("changes value " + place + " of a block, expected less than " + values);
            }
            int at = (int) place * DeltaFile.VALUE_BYTES;
            int folded = (differences.get(i) & 0xff) | ((differences.get(changed + i) & 0xff) << 8);
            int difference = (folded >>> 1) ^ -(folded & 1);
            block.putShort(at, (short) (block.getShort(at) + difference));
        }
        if (positions.hasRemaining()) {
            throw refused("has " + positions.remaining() + " bytes after the last position of a block, expected none");
        }
    }

    private int distance(ByteBuffer positions, int changed) {
        int distance = 0;
        for (int read = 0; read < MAX_DISTANCE_BYTES; read++) {
            if (!positions.hasRemaining()) {
                throw refused("has a block with fewer positions than changes, expected " + changed);
            }
            byte next = positions.get();
            distance |= (next & (BlockChanges.CONTINUES - 1)) << (read * BlockChanges.LOW_BITS);
            if ((next & BlockChanges.CONTINUES) == 0) {
                return distance;
            }
        }
        throw refused("has a position of more than 28 bits, expected fewer");
    }

    /** Reads a compressed part, of at most {@code maxBytes} when it is decompressed. */
    private ByteBuffer part(int maxBytes) throws IOException {
        int length = in.readInt();
        if (length <= 0 || length > Zstd.compressBound(maxBytes)) {
            throw refused(
                    "has a compressed part of " + length + " bytes, expected 1 to " + Zstd.compressBound(maxBytes));
        }
        byte[] compressed = in.readNBytes(length);
        if (compressed.length < length) {
            throw new EOFException();
        }
        byte[] plain = new byte[maxBytes];
        try {
            long size = Zstd.decompressByteArray(plain, 0, maxBytes, compressed, 0, length);
            return ByteBuffer.wrap(plain, 0, (int) size);
        } catch (ZstdException e) {
            throw refused("has a part that cannot be decompressed, expected at most " + maxBytes + " bytes: "
                    + e.getMessage());
        }
    }

    /** Requires that all blocks have been read and nothing follows. */
    void requireEnd() throws IOException {
        if (in.read() >= 0) {
            throw refused("has bytes after its last block, expected none");
        }
    }

    private PolicyFolderException truncated(EOFException cause) {
        return new PolicyFolderException(
                file.toString(), "ends early, expected a change count for every block and what belongs to it", cause);
    }

    private PolicyFolderException refused(String problem) {
        return new PolicyFolderException(file.toString(), problem, null);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
