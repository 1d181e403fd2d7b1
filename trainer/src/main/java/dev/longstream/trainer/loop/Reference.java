package dev.longstream.trainer.loop;

import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.learner.Scorer;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** The reference policy of KL. It is loaded when a step first needs it, and again when a phase has another one. */
final class Reference implements AutoCloseable {
    private final Learners learners;
    private final int every;
    private @Nullable Path loaded;
    private @Nullable Scorer scorer;

    /**
     * Creates a reference without loading it.
     *
     * @param every versions from one measurement to the next; 0: none
     */
    Reference(Learners learners, int every) {
        this.learners = learners;
        this.every = every;
    }

    /**
     * Returns the reference policy of a step; empty if the step does not need one.
     *
     * @param version version that the step makes
     * @param needed whether the loss of its batch needs the policy
     * @param folder finds the folder of the policy's weights
     */
    Optional<Scorer> of(long version, boolean needed, Supplier<Path> folder) {
        if (!needed && (every == 0 || version % every != 0)) {
            return Optional.empty();
        }
        Path wanted = folder.get();
        Scorer current = scorer;
        if (current == null || !wanted.equals(loaded)) {
            close(); // first, because there may be memory for one only
            current = learners.openFrozen(wanted);
            scorer = current;
            loaded = wanted;
        }
        return Optional.of(current);
    }

    @Override
    public void close() {
        Scorer current = scorer;
        scorer = null;
        if (current != null) {
            current.close();
        }
    }
}
