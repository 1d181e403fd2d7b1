/**
 * Reads and writes safetensors files: named tensors in one file or several shards.
 *
 * <p>Files are mapped, never copied to the heap as a whole; float16 and bfloat16 are widened to float32. Start at
 * {@link dev.longstream.policy.safetensors.SafeTensors}. May use {@code policy.file}.
 */
package dev.longstream.policy.safetensors;
