/**
 * Answers drawn from the policy, many prompts at once.
 *
 * <p>Reads prompts as token ids; gives answers with the log-probability of every token and the policy version it came from. Start at {@link
 * dev.longstream.policy.sampling.Sampler}. A prompt is read once for all answers to it, and what it has in common with an earlier one is not
 * read again. Randomness depends on (seed, sample, position) alone, see {@link dev.longstream.policy.sampling.Uniforms}.
 */
package dev.longstream.policy.sampling;
