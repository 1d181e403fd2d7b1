package dev.longstream.policy.safetensors;

import java.nio.FloatBuffer;
import java.util.function.Supplier;

/**
 * A tensor to be written to a safetensors file.
 *
 * @param name Hugging Face's name
 * @param shape sizes, outermost dimension first
 * @param values supplies the values, row-major; called when the tensor is written, so that one tensor at a time is in
 *     memory
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record NamedTensor(String name, long[] shape, Supplier<FloatBuffer> values) {}
