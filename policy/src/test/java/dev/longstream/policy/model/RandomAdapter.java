package dev.longstream.policy.model;

import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.AdapterFolder;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.TensorSpec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Adapters of random weights, none of them 0. */
public final class RandomAdapter {
    /** An adapter of every linear map; alpha is no multiple of the rank. */
    public static final AdapterConfig ALL = new AdapterConfig(3, 5, AdapterConfig.LINEAR_MAPS);

    private RandomAdapter() {}

    /** Writes a base into {@code folder/base} and an adapter into {@code folder/adapter}, and returns the latter. */
    public static Path write(Path folder, ModelConfig base, AdapterConfig config, long seed) {
        Path adapter = folder.resolve("adapter");
        try {
            RandomPolicy.write(Files.createDirectories(folder.resolve("base")), base, seed);
            Files.createDirectories(adapter);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        writeAdapter(adapter, base, config, seed);
        return adapter;
    }

    /** Writes an adapter of {@code ../base} into an existing folder. */
    public static void writeAdapter(Path adapter, ModelConfig base, AdapterConfig config, long seed) {
        Random random = new Random(seed);
        List<NamedTensor> matrices = new ArrayList<>();
        for (TensorSpec spec : config.tensors(base)) {
            float[] values = new float[(int) spec.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.2 * random.nextGaussian());
            }
            matrices.add(new NamedTensor(spec.name(), spec.shape(), () -> FloatBuffer.wrap(values)));
        }
        AdapterFolder.write(adapter, "../base", config, matrices);
    }
}
