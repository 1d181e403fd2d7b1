package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

/**
 * A reward for naming the passages that hold the answer (LongRLVR, arXiv 2603.02146): weight·F + with-answer·answer·F.
 *
 * @param pattern regular expression whose first group holds cited ids, by commas or blanks, in the part after the thought; null: no
 *     such reward
 * @param beta β of F = (1 + β²)·P·R / (β²·P + R); 2 counts recall more
 * @param weight of F alone
 * @param withAnswer of F times what the answer earns, so that citing pays most where it leads to the answer
 */
public record CitationSettings(@Nullable String pattern, double beta, double weight, double withAnswer) {}
