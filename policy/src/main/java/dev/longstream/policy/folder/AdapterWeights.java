package dev.longstream.policy.folder;

import dev.longstream.policy.safetensors.TensorSpec;

/** Values of an adapter's matrices: those of a folder, or initial ones. */
public interface AdapterWeights {
    /** Returns the adapter's shape. */
    AdapterConfig config();

    /** Returns the values of a matrix of {@link AdapterConfig#tensors}, row-major. */
    float[] floats(TensorSpec matrix);
}
