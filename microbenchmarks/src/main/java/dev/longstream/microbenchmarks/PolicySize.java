package dev.longstream.microbenchmarks;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.NewPolicy;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.TorchEngine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Sizes of policies with random weights. */
public enum PolicySize {
    /** The size of SmolLM2-135M. */
    SMOLLM2(49152, 576, 30, 9, 3, 64, 1536),
    /** A tiny policy, for a test that every kernel runs. */
    TINY(32, 8, 2, 2, 1, 4, 16);

    /** The launcher sets it from {@code LONGSTREAM_THREADS}; the processes that measure inherit it. */
    private static final String THREADS_PROPERTY = "ai.djl.pytorch.num_threads";

    private static final int POSITIONS = 1 << 16;

    private final int vocabulary;
    private final int hidden;
    private final int layers;
    private final int heads;
    private final int keyValueHeads;
    private final int headSize;
    private final int mlp;

    PolicySize(int vocabulary, int hidden, int layers, int heads, int keyValueHeads, int headSize, int mlp) {
        this.vocabulary = vocabulary;
        this.hidden = hidden;
        this.layers = layers;
        this.heads = heads;
        this.keyValueHeads = keyValueHeads;
        this.headSize = headSize;
        this.mlp = mlp;
    }

    PolicyModel whole(ComputeType computeType) {
        return model(layers, computeType);
    }

    /** Returns a policy with one layer and the head. */
    PolicyModel oneLayer(ComputeType computeType) {
        return model(1, computeType);
    }

    private PolicyModel model(int layerCount, ComputeType computeType) {
        TorchEngine.useThreads(Integer.getInteger(THREADS_PROPERTY, 1));
        NewPolicy policy = new NewPolicy(
                ModelConfig.llama(vocabulary, hidden, layerCount, heads, keyValueHeads, headSize, mlp, POSITIONS),
                List.of("<pad>", "<end>", "<unk>"),
                List.of(),
                "<unk>",
                "<end>",
                "<pad>",
                "",
                NewPolicy.EMBEDDING_DEVIATION);
        try {
            Path folder = Files.createTempDirectory("kernels");
            try {
                policy.write(folder, 1);
                try (PolicyFolder opened = PolicyFolder.open(folder)) {
                    return PolicyModel.load(opened, computeType);
                }
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("A policy cannot be written to a temporary folder", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    int[] tokens(Random random, int count) {
        return random.ints(count, 0, vocabulary).toArray();
    }
}
