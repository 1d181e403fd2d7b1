package dev.longstream.engines;

import dev.longstream.policy.folder.PolicyFolder;

/**
 * A policy version for an engine.
 *
 * @param version policy version
 * @param digest SHA-256 of the weights
 * @param folder open folder of the weights, which stays open while the engine uses the version
 */
public record EngineVersion(long version, String digest, PolicyFolder folder) {
    private static final int DIGEST_CHARACTERS = 12;

    /**
     * Returns the name that the engine gives tokens of this version, e.g. {@code 7-0a1b2c3d4e5f}. The digest tells it from
     * version 7 of another run.
     */
    String label() {
        return version + "-" + digest.substring(0, Math.min(DIGEST_CHARACTERS, digest.length()));
    }
}
