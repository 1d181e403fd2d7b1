/**
 * Checkpoints of a training: weights, moments and state that belong together, in one folder that is complete or absent.
 *
 * <p>Writes {@code step-000012/} with {@code model/} (Hugging Face's layout), by choice {@code bfloat16/}
 * (a rounded copy for those who read versions), {@code moments.safetensors} and
 * {@code state.json} (digests and the training's own state). A checkpoint is written under another name, forced to the
 * disk, and renamed. Start at {@link dev.longstream.trainer.checkpoint.Checkpoints}. Uses no Kafka.
 */
package dev.longstream.trainer.checkpoint;
