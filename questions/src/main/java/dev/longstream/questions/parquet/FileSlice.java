package dev.longstream.questions.parquet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Reads a range of a file's bytes. Slices of one channel may be read alternately, because each has its own position.
 */
final class FileSlice extends InputStream {
    private final FileChannel channel;
    private final long end;
    private long position;

    /**
     * Creates a slice of the bytes from {@code from} to {@code end}.
     *
     * @param end offset of the first byte after the slice
     */
    FileSlice(FileChannel channel, long from, long end) {
        this.channel = channel;
        this.position = from;
        this.end = end;
    }

    @Override
    public int read() throws IOException {
        byte[] next = new byte[1];
        return read(next, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(next[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int wanted = (int) Math.min(length, end - position);
        int read = wanted <= 0 ? -1 : channel.read(ByteBuffer.wrap(bytes, offset, wanted), position);
        position += Math.max(read, 0);
        return read;
    }
}
