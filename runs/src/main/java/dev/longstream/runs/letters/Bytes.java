package dev.longstream.runs.letters;

import java.nio.ByteBuffer;

/** Copies the content of a buffer. */
final class Bytes {
    private Bytes() {}

    static byte[] of(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
