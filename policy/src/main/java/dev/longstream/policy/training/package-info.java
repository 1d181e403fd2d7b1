/**
 * Log-probabilities of answers, their gradients, and the optimizer.
 *
 * <p>Knows nothing of rewards or losses: whoever calls says how the loss changes with each token's log-probability. Start at {@link
 * dev.longstream.policy.training.PolicyLearner}. A prompt is computed once for all of its answers: {@link
 * dev.longstream.policy.training.PackedGroups} lays them out, {@code TrainingText} says who attends to whom.
 */
package dev.longstream.policy.training;
