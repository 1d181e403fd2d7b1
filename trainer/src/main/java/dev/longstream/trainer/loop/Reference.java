package dev.longstream.trainer.loop;

import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.learner.Scorer;

import java.nio.file.Path;
import java.util.Optional;

/** The initial policy, loaded if some versions are measured against it or some loss needs it. */
final class Reference implements AutoCloseable {
    private final int every;
    private final Optional<Scorer> scorer;

    /**
     * Loads the initial policy if it is used at all.
     *
     * @param every versions from one measurement to the next; 0: none
     * @param needed whether some loss needs the policy
     */
    Reference(Learners learners, Path folder, int every, boolean needed) {
        this.every = every;
        this.scorer = every == 0 && !needed ? Optional.empty() : Optional.of(learners.openFrozen(folder));
    }

    /** Returns the policy for a version; {@code needed} tells whether the loss of its batch needs it. */
    Optional<Scorer> of(long version, boolean needed) {
        return scorer.filter(loaded -> needed || (every > 0 && version % every == 0));
    }

    @Override
    public void close() {
        scorer.ifPresent(Scorer::close);
    }
}
