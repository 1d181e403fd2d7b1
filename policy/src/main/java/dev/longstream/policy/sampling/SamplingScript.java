package dev.longstream.policy.sampling;

import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.RoundedAttentionScript;
import dev.longstream.policy.model.TorchSource;

/**
 * Sampling as TorchScript methods, on top of the forward pass: {@code prompt.py} reads prompts, {@code decode.py} decodes answers, {@code
 * draw.py} draws tokens, {@code caches.py} holds keys and values.
 */
final class SamplingScript {
    /** Likeliest tokens among which a cut is looked for first. Sorting the whole vocabulary takes longer than all other work of a draw. */
    private static final int FIRST_CANDIDATES = 512;

    /** Factor by which the number of candidates grows while the cut is not among them. */
    private static final int CANDIDATE_GROWTH = 16;

    /** Columns from which packing keys and values for all steps of a call is faster than multiplying by them as they are. */
    private static final int MIN_PACKED_COLUMNS = 1024;

    private static final TorchSource METHODS = TorchSource.read(
                    SamplingScript.class, "caches.py", "prompt.py", "draw.py", "decode.py")
            .with("first_candidates", FIRST_CANDIDATES)
            .with("candidate_growth", CANDIDATE_GROWTH)
            .with("min_packed_columns", MIN_PACKED_COLUMNS);

    private static final TorchSource PROMPT_ATTENTION = TorchSource.read(SamplingScript.class, "prompt_attention.py");

    private static final TorchSource ROUNDED_PROMPT_ATTENTION =
            RoundedAttentionScript.METHODS.and(TorchSource.read(SamplingScript.class, "prompt_attention_rounded.py"));

    private SamplingScript() {}

    /** Returns the methods, with constants but those of the configuration. */
    static TorchSource of(ComputeType computeType) {
        return METHODS.and(computeType == ComputeType.FLOAT32 ? PROMPT_ATTENTION : ROUNDED_PROMPT_ATTENTION);
    }
}
