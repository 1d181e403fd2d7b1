package dev.longstream.policy.training;

import ai.djl.Device;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchSource;

/**
 * Scoring and training as TorchScript methods, on top of the forward pass: {@code layer.py}, {@code head.py}, {@code optimizer.py} and the
 * attention ({@link AttentionScript}). Gradients are written by hand; nothing is recorded.
 */
final class TrainingScript {
    /** Numbers of one block of logits: 64 MiB in float32. Two blocks are alive at once. */
    private static final int LOGITS_AT_ONCE = 1 << 24;

    /** Numbers of one chunk's widest array inside a layer: 4 MiB, which the next operation still finds in the processor's caches. */
    private static final int LAYER_AT_ONCE = 1 << 20;

    /** Numbers of one chunk's widest array where products are fast, so that adding to the weights' gradients, once a chunk, weighs more. */
    private static final int ROUNDED_LAYER_AT_ONCE = 1 << 22;

    /** Tokens of the smallest chunk. Products of fewer rows are slower. */
    private static final int MIN_LAYER_ROWS = 256;

    /**
     * Probability below which one is set to 0; it is less than the rounding error of any sum over the vocabulary. At a low temperature
     * half of the vocabulary can have subnormal probabilities, over which processors take a hundred times as long.
     */
    private static final double MIN_PROBABILITY = 1e-20;

    private static final TorchSource METHODS = TorchSource.read(
                    TrainingScript.class, "layer.py", "head.py", "optimizer.py")
            .with("min_probability", MIN_PROBABILITY);

    private TrainingScript() {}

    /** Returns the methods, with constants but those of the configuration. */
    static TorchSource of(ModelConfig config, ComputeType computeType) {
        return of(config, computeType, TorchEngine.device());
    }

    /** Returns the methods for a device, with constants but those of the configuration. */
    static TorchSource of(ModelConfig config, ComputeType computeType, Device device) {
        return AttentionScript.of(device, computeType)
                .and(METHODS)
                .with("head_rows", headRows(config))
                .with("layer_rows", layerRows(config, computeType));
    }

    /** Returns how many rows of logits are computed at once. */
    static int headRows(ModelConfig config) {
        return Math.max(1, LOGITS_AT_ONCE / config.vocabularySize());
    }

    /** Returns how many tokens go through a layer together, the attention aside. */
    static int layerRows(ModelConfig config, ComputeType computeType) {
        int atOnce = computeType == ComputeType.FLOAT32 ? LAYER_AT_ONCE : ROUNDED_LAYER_AT_ONCE;
        return Math.max(MIN_LAYER_ROWS, atOnce / Math.max(config.mlpSize(), config.hiddenSize()));
    }
}
