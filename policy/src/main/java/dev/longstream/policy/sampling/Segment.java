package dev.longstream.policy.sampling;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/**
 * Keys and values of prompts that were read together: those of all tokens but the last, or of the tokens after a prefix
 * in another segment. Cohorts and other segments use it; a segment without a user may be dropped.
 */
final class Segment {
    private final List<int[]> prompts;
    private final @Nullable Prefix prefix;
    private NDArray cache;
    private long version;
    private int users;
    private long lastUse;

    /**
     * Creates a segment without users.
     *
     * @param prompts token ids, last tokens included; one prompt for each entry of the cache
     * @param prefix  beginning that all prompts continue; null if the cache holds them from their first token on
     * @param cache   (layers, 2, prompts, keyValueHeads, columns, headSize)
     * @param version policy version of the weights that computed the cache
     */
    Segment(List<int[]> prompts, @Nullable Prefix prefix, NDArray cache, long version) {
        this.prompts = prompts;
        this.prefix = prefix;
        this.cache = cache;
        this.version = version;
    }

    List<int[]> prompts() {
        return prompts;
    }

    @Nullable
    Prefix prefix() {
        return prefix;
    }

    /** Returns the number of tokens before this segment's own: the columns of its prefix, or 0. */
    int prefixColumns() {
        return prefix == null ? 0 : prefix.columns();
    }

    NDArray cache() {
        return cache;
    }

    long version() {
        return version;
    }

    long bytes() {
        return cache.size() * Float.BYTES;
    }

    boolean isUsed() {
        return users > 0;
    }

    long lastUse() {
        return lastUse;
    }

    void use(long now) {
        users++;
        lastUse = now;
    }

    void release() {
        users--;
    }

    /**
     * Returns the longest beginning that a prompt of this segment shares with the given one, last tokens aside; null if
     * there is none.
     */
    @Nullable
    Prefix longestPrefixOf(int[] prompt) {
        Prefix longest = null;
        for (int entry = 0; entry < prompts.size(); entry++) {
            int columns = commonColumns(prompts.get(entry), prompt);
            if (columns > (longest == null ? 0 : longest.columns())) {
                longest = new Prefix(this, entry, columns);
            }
        }
        return longest;
    }

    /** Returns how many tokens two prompts have in common at their beginning, last tokens aside. */
    static int commonColumns(int[] one, int[] other) {
        int most = Math.min(one.length, other.length) - 1;
        int different = Arrays.mismatch(one, 0, most, other, 0, most);
        return different < 0 ? most : different;
    }

    /** Replaces the cache by one of the same shape that other weights computed. */
    void replaceCache(NDArray computedAgain, long byVersion) {
        cache.close();
        cache = computedAgain;
        version = byVersion;
    }

    void close() {
        cache.close();
    }
}
