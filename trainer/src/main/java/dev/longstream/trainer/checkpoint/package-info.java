/**
 * What a training needs to go on: weights, moments and a state that belong together, in one folder that is there whole or
 * not at all.
 *
 * <p>Writes {@code step-000012/} with {@code model/} (Hugging Face's layout), {@code moments.safetensors} and
 * {@code state.json} (digests and the training's own state). A checkpoint is written beside its place, forced to the
 * disk, and renamed. Start at {@link dev.longstream.trainer.checkpoint.Checkpoints}. Knows nothing of Kafka.
 */
package dev.longstream.trainer.checkpoint;
