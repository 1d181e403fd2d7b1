package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

/**
 * Reward for citing the passages that hold the answer (LongRLVR, arXiv 2603.02146): weight·F + with-answer·answer·F.
 *
 * @param pattern regular expression whose first group matches cited ids, separated by commas or blanks, in the text
 *     after the thought; null: no such reward
 * @param beta β of F = (1 + β²)·P·R / (β²·P + R); 2 counts recall more
 * @param weight weight of F alone
 * @param withAnswer weight of F times the answer's reward, so that citing pays most where the answer is right
 */
public record CitationSettings(@Nullable String pattern, double beta, double weight, double withAnswer) {}
