package dev.longstream.streams.advantage;

import org.jspecify.annotations.Nullable;

/**
 * DAPO's soft overlong penalty (arXiv 2503.14476, Eq 13), added to the reward before the advantage is computed. Whether
 * a group is trained on depends on the rewards without it.
 *
 * <pre>
 * penalty                       where
 * 0                             length ≤ L − cache
 * (L − cache − length) / cache  L − cache &lt; length ≤ L
 * −1                            length &gt; L
 * </pre>
 *
 * @param maximumLength L, length in tokens from which the penalty is full; 0: no penalty
 * @param cacheLength number of tokens below L over which the penalty grows
 */
public record OverlongPenalty(int maximumLength, int cacheLength) {
    /** No penalty. */
    public static final OverlongPenalty NONE = new OverlongPenalty(0, 0);

    /** Returns whether answers have a penalty on their length. */
    public boolean present() {
        return maximumLength > 0;
    }

    /**
     * Returns the penalty, from −1 to 0.
     *
     * @param length length of the answer in tokens, the stop token included
     */
    public double of(int length) {
        int free = maximumLength - cacheLength;
        if (!present() || length <= free) {
            return 0;
        }
        return length <= maximumLength ? (double) (free - length) / cacheLength : -1;
    }

    /** Returns the reward plus its penalty, where an answer has both; else the reward. */
    public static @Nullable Double shaped(@Nullable Double reward, @Nullable Double penalty) {
        return reward == null || penalty == null ? reward : Double.valueOf(reward + penalty);
    }
}
