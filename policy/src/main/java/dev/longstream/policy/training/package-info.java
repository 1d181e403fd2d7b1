/**
 * Computes log-probabilities of answers and their gradients, and takes optimizer steps.
 *
 * <p>Start at {@link dev.longstream.policy.training.PolicyLearner}. The package knows neither rewards nor losses: its
 * caller passes the derivative of the loss by each token's log-probability. A micro-batch is a forest,
 * {@link dev.longstream.policy.training.PrefixTree}: a beginning that prompts share is computed once, and so is a
 * prompt for all of its answers. {@code TreeLayout} puts the forest in one row, {@code AttentionPlan} lists which
 * tokens attend to which, {@code TreePass} goes forward and back through the layers. The arithmetic is TorchScript:
 * {@code layer.py}, {@code head.py}, {@code attention.py} and {@code optimizer.py} among the resources.
 */
package dev.longstream.policy.training;
