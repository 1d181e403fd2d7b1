package dev.longstream.questions.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import org.apache.parquet.format.CompressionCodec;
import org.xerial.snappy.Snappy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Undoes what pages are compressed by. */
final class Compression {
    private Compression() {}

    /** @param size of the page before it was compressed, in bytes */
    static byte[] undo(CompressionCodec codec, byte[] page, int size) throws IOException {
        byte[] undone = size == 0 ? new byte[0] : undone(codec, page, size);
        if (undone.length != size) {
            throw new IOException("has a page of " + undone.length + " bytes, its header says " + size);
        }
        return undone;
    }

    private static byte[] undone(CompressionCodec codec, byte[] page, int size) throws IOException {
        switch (codec) {
            case UNCOMPRESSED:
                return page;
            case SNAPPY:
                return Snappy.uncompress(page);
            case GZIP:
                try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(page))) {
                    return unpacked.readAllBytes();
                }
            case ZSTD:
                try {
                    return Zstd.decompress(page, size);
                } catch (ZstdException e) {
                    throw new IOException("has a page that is no Zstandard: " + e.getMessage(), e);
                }
            default:
                throw new IOException("is compressed by " + codec
                        + ", expected one of SNAPPY, ZSTD, GZIP, UNCOMPRESSED; write the file again with one of these");
        }
    }
}
