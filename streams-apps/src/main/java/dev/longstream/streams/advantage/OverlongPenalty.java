package dev.longstream.streams.advantage;

/**
 * DAPO's soft overlong punishment (arXiv 2503.14476, Eq 13), added to the reward before its advantage is taken; whether a
 * group is trained is decided by the rewards without it.
 *
 * <pre>
 * 0                            length ≤ L − cache
 * (L − cache − length) / cache  length ≤ L
 * −1                           beyond
 * </pre>
 *
 * @param maximumLength L, tokens; 0: no penalty
 * @param cacheLength tokens before L over which it grows
 */
public record OverlongPenalty(int maximumLength, int cacheLength) {
    public static final OverlongPenalty NONE = new OverlongPenalty(0, 0);

    public boolean present() {
        return maximumLength > 0;
    }

    /** @param length tokens of the answer, the stop token included */
    public double of(int length) {
        int free = maximumLength - cacheLength;
        if (!present() || length <= free) {
            return 0;
        }
        return length <= maximumLength ? (double) (free - length) / cacheLength : -1;
    }
}
