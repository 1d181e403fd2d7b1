package dev.longstream.evaluation;

/**
 * An answer before it is scored.
 *
 * @param sampleIndex 0 … samples-1
 * @param text special tokens kept
 * @param tokens of the answer
 * @param truncated whether the length limit cut it
 */
public record SampledAnswer(HeldOutQuestion question, int sampleIndex, String text, int tokens, boolean truncated) {}
