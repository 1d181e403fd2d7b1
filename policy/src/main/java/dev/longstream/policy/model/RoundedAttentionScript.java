package dev.longstream.policy.model;

/**
 * The attention of one part where operands are rounded, as TorchScript methods, {@code rounded_attention.py}: matrix products of blocks of
 * queries with tiles of keys. The file says how it avoids rounding scores.
 */
public final class RoundedAttentionScript {
    /** Keys of one tile. */
    private static final int TILE_KEYS = 1024;

    /** Numbers of one block of queries with one tile of keys, over all heads: 4 MiB in bfloat16, which fits into processors' caches. */
    private static final int BLOCK_SCORES = 1 << 21;

    /** Bytes of the blocks that are alive at once: two of rounded numbers, and one in float32, which a sum makes. */
    public static final long TILE_BYTES = BLOCK_SCORES * (2L * ComputeType.BFLOAT16.bytes() + Float.BYTES);

    /** Queries of the smallest block. Products of fewer rows are slower. */
    private static final int MIN_BLOCK_QUERIES = 64;

    /** The methods {@code alone} and {@code alone_backward}, with constants but those of the configuration. */
    public static final TorchSource METHODS = TorchSource.read(RoundedAttentionScript.class, "rounded_attention.py")
            .with("tile_keys", TILE_KEYS)
            .with("block_scores", BLOCK_SCORES)
            .with("min_block_queries", MIN_BLOCK_QUERIES);

    private RoundedAttentionScript() {}
}
