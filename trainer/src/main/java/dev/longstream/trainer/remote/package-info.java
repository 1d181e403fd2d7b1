/**
 * The trainer's view of a policy that another process trains, over the learner protocol ({@code docs/learner-protocol.md}): HTTP
 * with safetensors bodies. {@code integrations/torch} is such a process.
 *
 * <p>Start at {@link dev.longstream.trainer.remote.RemoteLearners}. Losses and their derivatives are computed here; forward
 * pass, backward pass and optimizer there. A learner that is lost is an {@link dev.longstream.failure.UnreachableException},
 * after which the trainer begins again from its last checkpoint.
 */
package dev.longstream.trainer.remote;
