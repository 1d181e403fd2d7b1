/**
 * Reads and writes safetensors files: tensors by name, one file or several shards.
 *
 * <p>Tensors are mapped, never copied to the heap as a whole; float32, float16 and bfloat16 become float32. Start at {@link
 * dev.longstream.policy.safetensors.SafeTensors}. May use {@code policy.file}.
 */
package dev.longstream.policy.safetensors;
