package dev.longstream.streams.curriculum;

import dev.longstream.files.Sha256;

import java.nio.ByteBuffer;

/** Derives random numbers from names alone: the first 8 bytes of SHA-256 over the run's seed and the names. */
final class Seeds {
    private Seeds() {}

    static long of(long seed, Object... names) {
        Sha256 digest = new Sha256().add(seed);
        for (Object name : names) {
            digest.addWithLength(name.toString());
        }
        return ByteBuffer.wrap(digest.bytes()).getLong();
    }
}
