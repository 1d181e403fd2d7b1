package dev.longstream.trainer.loop;

import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.learner.Scorer;

import java.nio.file.Path;
import java.util.Optional;

/** The initial policy, for the versions that are measured against it. */
final class Reference implements AutoCloseable {
    private final int every;
    private final Optional<Scorer> scorer;

    /**
     * @param every versions between two measurements; 0: none
     * @param needed whether a loss needs it; nothing is loaded if it is neither needed nor measured
     */
    Reference(Learners learners, Path folder, int every, boolean needed) {
        this.every = every;
        this.scorer = every == 0 && !needed ? Optional.empty() : Optional.of(learners.openFrozen(folder));
    }

    /** @param needed whether the loss of this version's batch needs it */
    Optional<Scorer> of(long version, boolean needed) {
        return scorer.filter(loaded -> needed || every > 0 && version % every == 0);
    }

    @Override
    public void close() {
        scorer.ifPresent(Scorer::close);
    }
}
