package dev.longstream.policy.sampling;

/**
 * Consecutive tokens of an answer that one policy version chose.
 *
 * @param version gradient steps behind the weights
 * @param tokens  how many
 */
public record VersionTokens(long version, int tokens) {}
