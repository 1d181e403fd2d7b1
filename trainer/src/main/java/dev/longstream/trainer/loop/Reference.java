package dev.longstream.trainer.loop;

import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.learner.Scorer;

import java.nio.file.Path;
import java.util.Optional;

/** The initial policy, for the versions that are measured against it. */
final class Reference implements AutoCloseable {
    private final int every;
    private final boolean always;
    private final Optional<Scorer> scorer;

    /**
     * @param every versions between two measurements; 0: none
     * @param always whether the loss needs it at every version; nothing is loaded if it is neither needed nor measured
     */
    Reference(Learners learners, Path folder, int every, boolean always) {
        this.every = every;
        this.always = always;
        this.scorer = every == 0 && !always ? Optional.empty() : Optional.of(learners.openFrozen(folder));
    }

    Optional<Scorer> of(long version) {
        return scorer.filter(loaded -> always || version % every == 0);
    }

    @Override
    public void close() {
        scorer.ifPresent(Scorer::close);
    }
}
