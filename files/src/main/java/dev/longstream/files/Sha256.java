package dev.longstream.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes a SHA-256 digest part by part. Used by one thread. */
public final class Sha256 {
    private static final int BLOCK_BYTES = 1 << 20;

    private final MessageDigest digest;

    /** Starts a digest of no bytes. */
    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns the digest of a text's UTF-8, as 64 hexadecimal digits. */
    public static String of(String text) {
        return new Sha256().add(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** Returns the digest of a file, as 64 hexadecimal digits. */
    public static String of(Path file) throws IOException {
        Sha256 sha256 = new Sha256();
        byte[] block = new byte[BLOCK_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                sha256.digest.update(block, 0, read);
            }
        }
        return sha256.hex();
    }

    /** Adds bytes. */
    public Sha256 add(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    /** Adds the buffer's remaining bytes. */
    public Sha256 add(ByteBuffer bytes) {
        digest.update(bytes);
        return this;
    }

    /** Adds the 4 bytes of a number, the highest first. */
    public Sha256 add(int number) {
        return add(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
    }

    /** Adds the 8 bytes of a number, the highest first. */
    public Sha256 add(long number) {
        return add(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    }

    /** Adds the number of bytes of a text's UTF-8, then these bytes, so that no two lists of texts have the same digest. */
    public Sha256 addWithLength(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return add(bytes.length).add(bytes);
    }

    /** Returns the 32 bytes of the digest, and starts anew. */
    public byte[] bytes() {
        return digest.digest();
    }

    /** Returns the digest as 64 hexadecimal digits, and starts anew. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }
}
