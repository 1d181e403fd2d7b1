package dev.longstream.evaluation;

/**
 * One answer sampled from a policy, not scored yet.
 *
 * @param question the question that was answered
 * @param sampleIndex 0 … samples-1
 * @param text decoded answer, special tokens included
 * @param tokens length of the answer in tokens
 * @param truncated whether the length limit cut the answer off
 */
public record SampledAnswer(HeldOutQuestion question, int sampleIndex, String text, int tokens, boolean truncated) {}
