package dev.longstream.questions.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import org.apache.parquet.format.CompressionCodec;
import org.xerial.snappy.Snappy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Decompresses pages. */
final class Compression {
    private Compression() {}

    /**
     * Returns the decompressed page.
     *
     * @param size bytes of the decompressed page, from its header
     * @throws IOException if the codec is unsupported or the page has another size; the message continues a sentence
     *     about the column
     */
    static byte[] decompress(CompressionCodec codec, byte[] page, int size) throws IOException {
        byte[] plain = size == 0 ? new byte[0] : decompressAny(codec, page, size);
        if (plain.length != size) {
            throw new IOException("has a page of " + plain.length + " bytes, its header says " + size);
        }
        return plain;
    }

    private static byte[] decompressAny(CompressionCodec codec, byte[] page, int size) throws IOException {
        return switch (codec) {
            case UNCOMPRESSED -> page;
            case SNAPPY -> Snappy.uncompress(page);
            case GZIP -> gunzip(page);
            case ZSTD -> decompressZstandard(page, size);
            default ->
                throw new IOException("is compressed by " + codec
                        + ", expected one of SNAPPY, ZSTD, GZIP, UNCOMPRESSED; write the file again with one of these");
        };
    }

    private static byte[] gunzip(byte[] page) throws IOException {
        try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(page))) {
            return unpacked.readAllBytes();
        }
    }

    private static byte[] decompressZstandard(byte[] page, int size) throws IOException {
        try {
            return Zstd.decompress(page, size);
        } catch (ZstdException e) {
            throw new IOException("has a page that is not Zstandard: " + e.getMessage(), e);
        }
    }
}
