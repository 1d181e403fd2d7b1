package dev.longstream.runs.audit;

/**
 * How much of the log.
 *
 * @param records trajectories
 * @param tokens completion tokens of them
 */
public record Count(long records, long tokens) {
    public static final Count ZERO = new Count(0, 0);

    public Count plus(Count other) {
        return new Count(records + other.records, tokens + other.tokens);
    }
}
