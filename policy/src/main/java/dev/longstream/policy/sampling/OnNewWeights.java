package dev.longstream.policy.sampling;

/** The treatment of cached keys and values when a sampler changes its weights while answers are unfinished. */
public enum OnNewWeights {
    /**
     * Keeps them: the new weights continue an answer from keys and values of the old ones. It costs nothing. The
     * recorded log-probabilities are those of the mixture and differ slightly from the new weights' own.
     */
    KEEP,
    /**
     * Computes them again with the new weights before the next token: prompts in one pass, answers token by token. From
     * then on log-probabilities are the new weights' own. It costs as much as reading the prompts and decoding the
     * unfinished answers again.
     */
    RECOMPUTE
}
