package dev.longstream.questions.parquet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of a file. Several of one channel may be read in turn. */
final class FileSlice extends InputStream {
    private final FileChannel channel;
    private final long end;
    private long position;

    /** @param end the first byte after it */
    FileSlice(FileChannel channel, long from, long end) {
        this.channel = channel;
        this.position = from;
        this.end = end;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
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
