package dev.longstream.policy.sampling;

/**
 * Consecutive tokens of an answer that one policy version chose.
 *
 * @param version policy version: number of gradient steps behind the weights
 * @param tokens number of tokens
 */
public record VersionTokens(long version, int tokens) {}
