package dev.longstream.policy.model;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.ModelConfig.Family;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Rope;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Policies of a few thousand random weights. */
public final class RandomPolicy {
    /** 4 query heads on 2 key heads, 2 layers, 40 tokens, tied, no biases. */
    public static final ModelConfig SMALL = config(Family.LLAMA, 2, 4, 2, true, false, false);

    private RandomPolicy() {}

    public static ModelConfig config(
            Family family, int layers, int heads, int keyValueHeads, boolean tied, boolean biases, boolean headNorms) {
        return new ModelConfig(
                family,
                40,
                16,
                layers,
                heads,
                keyValueHeads,
                6,
                24,
                1e-5,
                tied,
                biases,
                biases,
                biases,
                headNorms,
                Rope.unscaled(10_000),
                512);
    }

    /**
     * Returns {@link #SMALL} with another vocabulary and epsilon. A larger epsilon makes the probabilities of tokens
     * more alike.
     */
    public static ModelConfig config(int vocabularySize, double rmsNormEpsilon) {
        return new ModelConfig(
                Family.LLAMA,
                vocabularySize,
                16,
                2,
                4,
                2,
                6,
                24,
                rmsNormEpsilon,
                true,
                false,
                false,
                false,
                false,
                Rope.unscaled(10_000),
                512);
    }

    public static PolicyModel model(ModelConfig config, long seed) {
        return model(config, seed, ComputeType.FLOAT32);
    }

    public static PolicyModel model(ModelConfig config, long seed, ComputeType computeType) {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("random-policy");
            write(folder, config, seed);
            try (PolicyFolder policy = PolicyFolder.open(folder)) {
                return PolicyModel.load(policy, computeType);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(folder);
        }
    }

    public static void write(Path folder, ModelConfig config, long seed) {
        config.write(folder.resolve("config.json"));
        Random random = new Random(seed);
        List<NamedTensor> tensors = new ArrayList<>();
        for (TensorSpec spec : config.tensors()) {
            float[] values = new float[Math.toIntExact(spec.size())];
            boolean scale = spec.name().endsWith("norm.weight");
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() * (scale ? 0.1 : 0.4) + (scale ? 1 : 0));
            }
            tensors.add(new NamedTensor(spec.name(), spec.shape(), () -> FloatBuffer.wrap(values)));
        }
        SafeTensors.write(folder.resolve("model.safetensors"), tensors, DType.F32);
    }

    private static void delete(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
