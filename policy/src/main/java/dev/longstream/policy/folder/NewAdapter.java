package dev.longstream.policy.folder;

import dev.longstream.policy.safetensors.TensorSpec;

import java.util.SplittableRandom;

/**
 * Initial values of an adapter, as PEFT draws them: B is 0, so that the policy is its base, and A is uniform in
 * ±1/√inputs (Kaiming's initialisation with a = √5). The same seed gives the same values.
 *
 * @param config the adapter's shape
 * @param seed   seed of the random values
 */
public record NewAdapter(AdapterConfig config, long seed) implements AdapterWeights {
    @Override
    public float[] floats(TensorSpec matrix) {
        float[] values = new float[Math.toIntExact(matrix.size())];
        if (matrix.name().endsWith(AdapterConfig.A)) {
            double bound = 1 / Math.sqrt((double) matrix.shape()[1]);
            SplittableRandom random = new SplittableRandom(seed * 31 + matrix.name().hashCode());
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (bound * (2 * random.nextDouble() - 1));
            }
        }
        return values;
    }
}
