package dev.longstream.trainer.learner;

import dev.longstream.trainer.optimizer.OptimizerSettings;

import java.nio.file.Path;

/** Opens policies from folders in Hugging Face's layout. */
public interface Learners {
    /**
     * Opens a policy to train, with moments of zero.
     *
     * @param weights folder of its weights
     * @param origin folder with tokenizer and configuration, which written policies copy; it must stay available
     */
    Learner open(Path weights, Path origin, OptimizerSettings settings);

    /** Opens a policy that does not change, to measure against. */
    Scorer openFrozen(Path modelFolder);
}
