package dev.longstream.policy.delta;

import com.github.luben.zstd.Zstd;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The values that differ between two blocks of 2-byte values, with their places. Used again for each block. */
final class BlockChanges {
    private static final int LEVEL = 3;
    /** Bits of a distance in each of its bytes. */
    static final int LOW_BITS = 7;
    /** Bit of a byte that another one of the same distance follows. */
    static final int CONTINUES = 1 << LOW_BITS;

    private int[] places = new int[1 << 16];
    private short[] differences = new short[1 << 16];
    private int count;

    /** Compares two blocks of the same size, a multiple of two bytes. */
    void find(ByteBuffer before, ByteBuffer after) {
        count = 0;
        int whole = before.limit() / Long.BYTES * Long.BYTES;
        for (int at = 0; at < whole; at += Long.BYTES) {
            if (before.getLong(at) != after.getLong(at)) {
                compare(before, after, at, at + Long.BYTES);
            }
        }
        compare(before, after, whole, before.limit());
    }

    private void compare(ByteBuffer before, ByteBuffer after, int from, int end) {
        for (int at = from; at < end; at += DeltaFile.VALUE_BYTES) {
            short difference = (short) (after.getShort(at) - before.getShort(at));
            if (difference != 0) {
                if (count == places.length) {
                    places = Arrays.copyOf(places, 2 * count);
                    differences = Arrays.copyOf(differences, 2 * count);
                }
                places[count] = at / DeltaFile.VALUE_BYTES;
                differences[count++] = difference;
            }
        }
    }

    /** Writes the changes and returns the number of bytes written. */
    long writeTo(DataOutputStream out) throws IOException {
        out.writeInt(count);
        return count == 0 ? Integer.BYTES : Integer.BYTES + write(positions(), out) + write(values(), out);
    }

    private static long write(ByteBuffer part, DataOutputStream out) throws IOException {
        byte[] plain = new byte[part.remaining()];
        part.get(plain);
        byte[] compressed = Zstd.compress(plain, LEVEL);
        out.writeInt(compressed.length);
        out.write(compressed);
        return Integer.BYTES + (long) compressed.length;
    }

    private ByteBuffer positions() {
        ByteBuffer positions = ByteBuffer.allocate(count * Integer.BYTES);
        int next = 0;
        for (int i = 0; i < count; i++) {
            int distance = places[i] - next;
            while (distance >= CONTINUES) {
                positions.put((byte) (distance | CONTINUES));
                distance >>>= LOW_BITS;
            }
            positions.put((byte) distance);
            next = places[i] + 1;
        }
        return positions.flip();
    }

    private ByteBuffer values() {
        ByteBuffer values = ByteBuffer.allocate(count * DeltaFile.VALUE_BYTES);
        for (int i = 0; i < count; i++) {
            int folded = (differences[i] << 1) ^ (differences[i] >> 15);
            values.put(i, (byte) folded);
            values.put(count + i, (byte) (folded >> 8));
        }
        return values;
    }
}
