/**
 * The trainer's view of a policy: what a training needs of it, and no more. It makes every loop here testable with a policy
 * of plain arrays.
 *
 * <p>Start at {@link dev.longstream.trainer.learner.Learner}; {@link dev.longstream.trainer.learner.ModelLearners} is the
 * real one, on the policy module.
 */
package dev.longstream.trainer.learner;
