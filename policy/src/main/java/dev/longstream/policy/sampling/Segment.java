package dev.longstream.policy.sampling;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/**
 * Keys and values of prompts that were read together: of all their tokens but the last, or of those that follow a prefix which another
 * segment has. Others may use it as long as it is there; it may be given up when nobody does.
 */
final class Segment {
    private final List<int[]> prompts;
    private final @Nullable Prefix prefix;
    private NDArray cache;
    private long version;
    private int users;
    private long lastUse;

    /**
     * @param prompts one an entry of the cache, last tokens included
     * @param prefix  that all of them continue; null: they are here from their first token on
     * @param cache   (layers, 2, prompts, keyValueHeads, P, headSize)
     * @param version of the weights that computed it
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

    /** Columns that come before this segment's own. */
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

    /** Columns of the longest prompt here that begins as the given one does, but for its last token; null where none is shared. */
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

    /** How many tokens two prompts begin with alike, without their last ones. */
    static int commonColumns(int[] one, int[] other) {
        int most = Math.min(one.length, other.length) - 1;
        int different = Arrays.mismatch(one, 0, most, other, 0, most);
        return different < 0 ? most : different;
    }

    /** Takes a cache of the same shape in place of its own. */
    void replaceCache(NDArray computedAgain, long byVersion) {
        cache.close();
        cache = computedAgain;
        version = byVersion;
    }

    void close() {
        cache.close();
    }
}
