package dev.longstream.trainer.learner;

import dev.longstream.trainer.optimizer.OptimizerSettings;

import java.nio.file.Path;

/** Opens policies from folders in Hugging Face's layout. */
public interface Learners {
    /**
     * A policy to train, its moments zero.
     *
     * @param weights folder of its weights
     * @param origin folder that stays: tokenizer and configuration of what is written are copied from there
     */
    Learner open(Path weights, Path origin, OptimizerSettings settings);

    /** A policy to measure against. */
    Scorer openFrozen(Path modelFolder);
}
