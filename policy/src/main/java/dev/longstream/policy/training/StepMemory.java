package dev.longstream.policy.training;

import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.RoundedAttentionScript;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.safetensors.TensorSpec;

import java.util.Optional;

/**
 * Memory of a gradient step in bytes, computed from the model's configuration and the shapes of a micro-batch alone,
 * and the number of layers that a budget can keep. It counts the arrays that {@code layer.py} and {@code head.py} make;
 * the process itself, some hundred mebibytes, comes on top.
 */
public final class StepMemory {
    /** Number of arrays for each weight that is trained: itself, its gradient and two moments. */
    private static final int COPIES_OF_WEIGHTS = 4;

    /** Number of blocks of logits that are alive at once. */
    private static final int BLOCKS_OF_LOGITS = 2;

    /**
     * Number of rounded arrays as large as the head's matrix: the wide head counts as two; the third is its source, or
     * a block's gradient.
     */
    private static final int ROUNDED_HEADS = 3;

    /** Number of arrays (tokens, mlpSize) that a chunk's backward pass has at once. */
    private static final int ARRAYS_OF_MLP = 6;

    private final ModelConfig config;
    private final Optional<AdapterConfig> adapter;
    private final ComputeType computeType;
    private final int rounded;
    private final long queries;
    private final long keys;

    /** Counts for one configuration. The compute type says how many bytes an operand of a product takes. */
    public StepMemory(ModelConfig config, ComputeType computeType) {
        this(config, Optional.empty(), computeType);
    }

    /**
     * Counts for one configuration.
     *
     * @param adapter shape of the adapter that is trained; empty: all weights are
     * @param computeType says how many bytes an operand of a product takes
     */
    public StepMemory(ModelConfig config, Optional<AdapterConfig> adapter, ComputeType computeType) {
        this.config = config;
        this.adapter = adapter;
        this.computeType = computeType;
        this.rounded = computeType.bytes();
        this.queries = (long) config.heads() * config.headSize();
        this.keys = (long) config.keyValueHeads() * config.headSize();
    }

    /**
     * Returns the bytes that a setting allows.
     *
     * @param mebibytes 0 stands for half of the device's memory
     */
    public static long budgetBytes(int mebibytes) {
        return mebibytes == 0 ? TorchEngine.memoryBytes() / 2 : (long) mebibytes << 20;
    }

    /** Returns the bytes of weights, gradients and moments. */
    public long fixedBytes() {
        return COPIES_OF_WEIGHTS
                        * adapter.map(shape -> shape.parameters(config)).orElseGet(config::parameters)
                        * Float.BYTES
                + adapter.map(shape -> baseBytes()).orElse(0L);
    }

    /** Returns the bytes of a frozen base, whose layers' matrices are rounded. */
    private long baseBytes() {
        long bytes = 0;
        for (TensorSpec tensor : config.tensors()) {
            boolean isRounded = tensor.shape().length > 1 && tensor.name().startsWith("model.layers.");
            bytes += tensor.size() * (isRounded ? rounded : Float.BYTES);
        }
        return bytes;
    }

    /**
     * Returns an upper bound of the bytes that a micro-batch adds to {@link #fixedBytes}.
     *
     * @param tokens       number of tokens that go through the model
     * @param answerTokens number of tokens that are scored
     * @param keptLayers   number of layers of which nothing is computed a second time
     */
    public long microBatchBytes(long tokens, long answerTokens, int keptLayers) {
        long always = config.layers()
                * tokens
                * ((long) (config.hiddenSize() + config.heads()) * Float.BYTES + queries * rounded);
        return always + Math.max(working(tokens), head(tokens, answerTokens)) + keptLayers * keptBytes(tokens);
    }

    /**
     * Returns how many layers can be kept within a budget for {@link #fixedBytes} and the micro-batch together; 0 if
     * even these exceed it.
     */
    public int keptLayers(long tokens, long answerTokens, long budgetBytes) {
        long left = budgetBytes - fixedBytes() - microBatchBytes(tokens, answerTokens, 0);
        return (int) Math.max(0, Math.min(config.layers(), left / Math.max(1, keptBytes(tokens))));
    }

    /** Returns the bytes of one layer's queries, keys, values, MLP input and the MLP's two halves. */
    private long keptBytes(long tokens) {
        return tokens
                * ((queries + 2 * keys + 2L * config.mlpSize()) * rounded + (long) config.hiddenSize() * Float.BYTES);
    }

    /**
     * Returns the bytes that one layer's backward pass needs beside what is kept: projections, their gradients, those
     * of inputs, one chunk.
     */
    private long working(long tokens) {
        long projection = adapter.map(shape -> Math.max(queries, keys) * rounded).orElse(0L); // an adapter's product
        long attention = tokens
                * (projection
                        + (4 * queries + 2 * keys) * rounded + (queries + 2 * keys + 2L * config.hiddenSize()) * Float.BYTES);
        return attention
                + tiles(tokens)
                + Math.min(tokens, TrainingScript.layerRows(config, computeType))
                        * ARRAYS_OF_MLP
                        * config.mlpSize()
                        * Float.BYTES;
    }

    /**
     * Returns the bytes that {@link RoundedAttentionScript} adds: operands with two more components, float32 sums, and
     * tiles.
     */
    private long tiles(long tokens) {
        return computeType == ComputeType.FLOAT32
                ? 0
                : tokens * (2 * (queries + keys) * rounded + 2 * queries * Float.BYTES)
                        + RoundedAttentionScript.TILE_BYTES;
    }

    private long head(long tokens, long answerTokens) {
        long rows = Math.min(answerTokens, TrainingScript.headRows(config));
        long hidden = (tokens + 3 * answerTokens) * config.hiddenSize();
        long blocks = rows * BLOCKS_OF_LOGITS * config.vocabularySize();
        long matrix = (long) config.vocabularySize() * config.hiddenSize();
        long forward = (blocks + matrix) * Float.BYTES;
        long backward = computeType == ComputeType.FLOAT32 ? 0 : (blocks + ROUNDED_HEADS * matrix) * rounded;
        return hidden * Float.BYTES + Math.max(forward, backward);
    }
}
