/**
 * Supervised training on given answers: the warm-up before reinforcement learning, and the making of initial weights.
 *
 * <p>Start at {@link dev.longstream.trainer.supervised.SupervisedTraining}, which is resumable and uses no Kafka;
 * {@link dev.longstream.trainer.supervised.WarmUp} feeds it with the topic {@code demonstrations}.
 */
package dev.longstream.trainer.supervised;
