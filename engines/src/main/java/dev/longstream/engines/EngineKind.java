package dev.longstream.engines;

/** Program that samples answers. */
public enum EngineKind {
    /** The engine in the worker's own process. */
    EMBEDDED("", "", "", ""),
    /** A vLLM server. */
    VLLM(
            "start vLLM with VLLM_SERVER_DEV_MODE=1 in its environment",
            "start vLLM with VLLM_ALLOW_RUNTIME_LORA_UPDATING=1 in its environment, --enable-lora and a --max-lora-rank of at"
                    + " least trainer.adapter.rank",
            "start vLLM with --enable-scale-out",
            "start vLLM with --logprobs-mode processed_logprobs"),
    /** An SGLang server. */
    SGLANG(
            "update SGLang: it needs /pause_generation and /update_weights_from_disk",
            "use rollouts.engine.kind vllm or embedded",
            "update SGLang: /generate must give weight_versions",
            "start SGLang without SGLANG_RETURN_ORIGINAL_LOGPROB"),
    /** {@code longstream serve}. */
    LONGSTREAM(
            "start longstream serve with --accept-weights",
            "use rollouts.engine.kind vllm or embedded",
            "start longstream serve with --accept-weights",
            "update longstream serve");

    private final String forWeights;
    private final String forAdapters;
    private final String forTokens;
    private final String forLogProbs;

    EngineKind(String forWeights, String forAdapters, String forTokens, String forLogProbs) {
        this.forWeights = forWeights;
        this.forAdapters = forAdapters;
        this.forTokens = forTokens;
        this.forLogProbs = forLogProbs;
    }

    /** Returns what to do about a server without the routes for new weights. */
    String toAcceptWeights() {
        return forWeights;
    }

    /** Returns what to do about a server that takes no adapters. */
    String toAcceptAdapters() {
        return forAdapters;
    }

    /** Returns what to do about a server without the route that takes and gives token ids. */
    String toGiveTokens() {
        return forTokens;
    }

    /** Returns what to do about a server whose log-probabilities are not those of the sampled distribution. */
    String toGiveLogProbs() {
        return forLogProbs;
    }
}
