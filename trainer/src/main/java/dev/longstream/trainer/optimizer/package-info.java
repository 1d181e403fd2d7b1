/**
 * Settings of the optimizer: AdamW's parameters, and the learning rate as a pure function of the step.
 *
 * <p>Start at {@link dev.longstream.trainer.optimizer.OptimizerSettings}. The update itself is in the policy module.
 */
package dev.longstream.trainer.optimizer;
