package dev.longstream.runs.audit;

/**
 * Number of trajectories and of their completion tokens.
 *
 * @param records number of trajectories
 * @param tokens number of their completion tokens
 */
public record Count(long records, long tokens) {
    /** No trajectory. */
    public static final Count ZERO = new Count(0, 0);

    /** Returns the sum of this count and {@code other}. */
    public Count plus(Count other) {
        return new Count(records + other.records, tokens + other.tokens);
    }
}
