/**
 * How fast the weights move: AdamW's numbers, and the learning rate as a pure function of the step.
 *
 * <p>Start at {@link dev.longstream.trainer.optimizer.OptimizerSettings}. The update itself is the policy module's.
 */
package dev.longstream.trainer.optimizer;
