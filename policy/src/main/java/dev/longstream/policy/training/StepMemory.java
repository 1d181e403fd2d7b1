package dev.longstream.policy.training;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.RoundedAttentionText;
import dev.longstream.policy.model.TorchEngine;

/**
 * What a gradient step needs of the device's memory, from the model's configuration and the shapes of a micro-batch alone, and which part
 * of it a budget can do without. Counted from what {@link TrainingText} keeps and makes; the process itself, some hundred
 * mebibytes, comes on top.
 */
public final class StepMemory {
    /** Weight, gradient and two moments. */
    private static final int COPIES_OF_WEIGHTS = 4;

    /** Blocks of logits alive at once. */
    private static final int BLOCKS_OF_LOGITS = 2;

    /** Rounded arrays of the size of the head's matrix: two in one for l, and first what they are made of, then a block's gradient. */
    private static final int ROUNDED_HEADS = 3;

    /** Arrays of mlpSize that a chunk's backward pass has at once. */
    private static final int ARRAYS_OF_MLP = 6;

    private final ModelConfig config;
    private final ComputeType computeType;
    private final int rounded;
    private final long queries;
    private final long keys;

    /** @param computeType which says how many bytes an operand of a product takes */
    public StepMemory(ModelConfig config, ComputeType computeType) {
        this.config = config;
        this.computeType = computeType;
        this.rounded = computeType.bytes();
        this.queries = (long) config.heads() * config.headSize();
        this.keys = (long) config.keyValueHeads() * config.headSize();
    }

    /**
     * What a setting allows, in bytes.
     *
     * @param mebibytes 0: half of the device's memory
     */
    public static long budgetBytes(int mebibytes) {
        return mebibytes == 0 ? TorchEngine.memoryBytes() / 2 : (long) mebibytes << 20;
    }

    /** Weights, gradients and moments, in bytes. */
    public long fixedBytes() {
        return COPIES_OF_WEIGHTS * config.parameters() * Float.BYTES;
    }

    /**
     * The most that a micro-batch adds to {@link #fixedBytes}.
     *
     * @param tokens       that go through the model
     * @param answerTokens that are scored
     * @param keptLayers   layers of which nothing is computed a second time
     */
    public long microBatchBytes(long tokens, long answerTokens, int keptLayers) {
        long always = config.layers()
                * tokens
                * ((long) (config.hiddenSize() + config.heads()) * Float.BYTES + queries * rounded);
        return always + Math.max(working(tokens), head(tokens, answerTokens)) + keptLayers * keptBytes(tokens);
    }

    /** As many layers as can be kept within a budget for {@link #fixedBytes} and the micro-batch together; 0 where not even that fits. */
    public int keptLayers(long tokens, long answerTokens, long budgetBytes) {
        long left = budgetBytes - fixedBytes() - microBatchBytes(tokens, answerTokens, 0);
        return (int) Math.max(0, Math.min(config.layers(), left / Math.max(1, keptBytes(tokens))));
    }

    /** Queries, keys, values, the MLP's input and its two halves. */
    private long keptBytes(long tokens) {
        return tokens
                * ((queries + 2 * keys + 2L * config.mlpSize()) * rounded + (long) config.hiddenSize() * Float.BYTES);
    }

    /** Bytes that one layer's backward pass needs beside what is kept: projections, gradients of them and of inputs, one chunk. */
    private long working(long tokens) {
        long attention = tokens
                * ((4 * queries + 2 * keys) * rounded + (queries + 2 * keys + 2L * config.hiddenSize()) * Float.BYTES);
        return attention
                + tiles(tokens)
                + Math.min(tokens, TrainingText.layerRows(config, computeType))
                        * ARRAYS_OF_MLP
                        * config.mlpSize()
                        * Float.BYTES;
    }

    /** What {@link RoundedAttentionText} adds: operands with two more components, sums in float32 that are laid out anew, and tiles. */
    private long tiles(long tokens) {
        return computeType == ComputeType.FLOAT32
                ? 0
                : tokens * (2 * (queries + keys) * rounded + 2 * queries * Float.BYTES)
                        + RoundedAttentionText.TILE_BYTES;
    }

    private long head(long tokens, long answerTokens) {
        long rows = Math.min(answerTokens, TrainingText.headRows(config));
        long hidden = (tokens + 3 * answerTokens) * config.hiddenSize();
        long blocks = rows * BLOCKS_OF_LOGITS * config.vocabularySize();
        long matrix = (long) config.vocabularySize() * config.hiddenSize();
        long forward = (blocks + matrix) * Float.BYTES;
        long backward = computeType == ComputeType.FLOAT32 ? 0 : (blocks + ROUNDED_HEADS * matrix) * rounded;
        return hidden * Float.BYTES + Math.max(forward, backward);
    }
}
