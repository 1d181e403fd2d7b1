package dev.longstream.judging;

/**
 * A 95 % confidence interval of a mean or a share.
 *
 * @param low  lower bound
 * @param high upper bound, at least {@code low}
 */
public record Interval(double low, double high) {}
