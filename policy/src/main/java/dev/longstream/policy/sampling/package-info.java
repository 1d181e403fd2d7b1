/**
 * Samples answers from the policy, for many prompts at once.
 *
 * <p>Takes prompts as token ids; returns answers with the log-probability and the policy version of every token. Start
 * at {@link dev.longstream.policy.sampling.Sampler}. A prompt is read once for all answers to it, and a beginning that
 * it shares with an earlier prompt is not read again. Randomness depends on (seed, sample, position) alone, see
 * {@link dev.longstream.policy.sampling.Uniforms}. The arithmetic is TorchScript: {@code prompt.py}, {@code decode.py},
 * {@code draw.py} and {@code caches.py} among the resources.
 */
package dev.longstream.policy.sampling;
