/**
 * Log-probabilities of answers, their gradients, and the optimizer.
 *
 * <p>Knows nothing of rewards or losses: whoever calls says how the loss changes with each token's log-probability. Start at {@link
 * dev.longstream.policy.training.PolicyLearner}. A micro-batch is a forest, {@link dev.longstream.policy.training.PrefixTree}: what prompts
 * begin with in common, and a prompt for its answers, is computed once. {@code TreeLayout} puts it in one row, {@code AttentionPlan} says which
 * tokens attend to which, {@code TreePass} goes forward and back through the layers. The arithmetic is TorchScript: {@code layer.py}, {@code
 * head.py}, {@code attention.py} and {@code optimizer.py} among the resources.
 */
package dev.longstream.policy.training;
