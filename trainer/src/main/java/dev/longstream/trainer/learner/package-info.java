/**
 * The trainer's view of a policy, reduced to the operations that training needs, so that every loop here can be tested
 * with a policy made of plain arrays.
 *
 * <p>Start at {@link dev.longstream.trainer.learner.Learner}; {@link dev.longstream.trainer.learner.ModelLearners} is
 * the implementation on the policy module, and the package {@code remote} the one on another process.
 */
package dev.longstream.trainer.learner;
