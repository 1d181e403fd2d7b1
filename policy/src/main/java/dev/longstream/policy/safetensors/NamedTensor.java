package dev.longstream.policy.safetensors;

import java.nio.FloatBuffer;
import java.util.function.Supplier;

/**
 * A tensor to be stored.
 *
 * @param name   Hugging Face's
 * @param shape  outermost dimension first
 * @param values as many floats as the shape says, row-major; asked for when the tensor's turn comes, so that only one need be in memory
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record NamedTensor(String name, long[] shape, Supplier<FloatBuffer> values) {}
