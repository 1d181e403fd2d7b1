package dev.longstream.policy.safetensors;

import java.util.Arrays;

/**
 * Name and shape of a tensor that the configuration requires.
 *
 * @param name Hugging Face's name, e.g. {@code model.layers.0.mlp.up_proj.weight}
 * @param shape sizes, outermost dimension first; a linear layer's weight is (out, in)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TensorSpec(String name, long[] shape) {
    /** Returns the number of values. */
    public long size() {
        return size(shape);
    }

    static long size(long[] shape) {
        long size = 1;
        for (long dimension : shape) {
            size = Math.multiplyExact(size, dimension);
        }
        return size;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorSpec that && name.equals(that.name) && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return name + " " + Arrays.toString(shape);
    }
}
