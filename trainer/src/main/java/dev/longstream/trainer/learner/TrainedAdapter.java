package dev.longstream.trainer.learner;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.AdapterWeights;
import dev.longstream.policy.folder.NewAdapter;
import dev.longstream.policy.folder.PolicyFolder;

import java.util.Optional;

/**
 * Adapter that learners train.
 *
 * @param adapter shape and initial values; empty: all weights are trained
 */
public record TrainedAdapter(Optional<NewAdapter> adapter) {
    /** Path by which an adapter in {@code checkpoints/step-000012/model} names the base, {@code checkpoints/base}. */
    public static final String BASE = "../../base";

    /**
     * Returns the adapter that training begins with: that of a folder, or the initial one beside a whole policy.
     *
     * @throws UnusableInputException if the folder holds an adapter of another shape, or one where all weights are trained
     */
    public Optional<AdapterWeights> in(PolicyFolder folder) {
        Optional<AdapterWeights> stored = folder.adapter();
        Optional<AdapterConfig> wanted = adapter.map(NewAdapter::config);
        if (stored.isPresent() && !stored.map(AdapterWeights::config).equals(wanted)) {
            throw new UnusableInputException(folder.path() + " holds an adapter of "
                    + stored.get().config() + ", but "
                    + wanted.map(shape -> "trainer.adapter is " + shape + "; set it to the same")
                            .orElse("all weights are to be trained; set trainer.adapter, and warm-up.steps to 0, or"
                                    + " merge it first: longstream merge"));
        }
        return stored.or(() -> adapter);
    }
}
