package dev.longstream.policy.sampling;

/** What becomes of keys and values that are in use when a sampler takes over weights. */
public enum OnNewWeights {
    /**
     * They stay as they are: the rest of an answer is drawn by the new weights from what the old ones made of the text so far. Costs nothing;
     * the log-probabilities that are recorded are those of the mixture, and differ from the new weights' own by what the step changed.
     */
    KEEP,
    /**
     * They are computed again by the new weights, before the next token: prompts as when they were read first, answers token by token. From
     * then on log-probabilities are the new weights' own. Costs as much as reading the prompts and decoding the unfinished answers again.
     */
    RECOMPUTE
}
