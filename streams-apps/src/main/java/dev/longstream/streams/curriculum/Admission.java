package dev.longstream.streams.curriculum;

import java.util.OptionalInt;

/**
 * Decides how many groups may be in progress and which phase the next one belongs to. Pure.
 *
 * <p>Groups are trained on in order of admission, B a step (strictly first in, first out, rejected groups left out). So
 * a group admitted after {@code a} groups that were not rejected belongs to batch ⌊a / B⌋ at the latest, which the
 * weights of that version train on. With a &lt; (η + version + 1)·B the group is at most η versions old then.
 */
final class Admission {
    private Admission() {}

    /** Maximum number of groups admitted and not rejected: min((η + version + 1)·B, Σ steps·B). */
    static long bound(CurriculumProgress progress, CurriculumConfig config) {
        long steps = Math.min(config.maxStaleness() + progress.version() + 1, config.totalSteps());
        return steps * config.batchSize();
    }

    /** Returns the phase of the next assignment; empty if none may be made now. */
    static OptionalInt next(CurriculumProgress progress, CurriculumConfig config) {
        if (!progress.ready() || progress.admitted() >= bound(progress, config)) {
            return OptionalInt.empty();
        }
        return openPhase(progress, config);
    }

    /**
     * Returns the first phase with quota left, which may be an earlier one after a rejection; empty if there is none.
     */
    static OptionalInt openPhase(CurriculumProgress progress, CurriculumConfig config) {
        for (int phase = 0; phase < config.phases().size(); phase++) {
            if (open(phase, progress, config)) {
                return OptionalInt.of(phase);
            }
        }
        return OptionalInt.empty();
    }

    /** Returns whether the phase has quota left. */
    static boolean open(int phase, CurriculumProgress progress, CurriculumConfig config) {
        return progress.admittedThrough(phase) < progress.ends().get(phase) * config.batchSize();
    }

    /**
     * Returns whether no step can follow: the run is stopped, and fewer groups than a batch takes are neither trained nor
     * rejected.
     *
     * @param assigned assignments on the log, which may be more than a stage that lost its state has counted
     */
    static boolean isOver(long assigned, CurriculumProgress progress, CurriculumConfig config) {
        long rejected = progress.totalAssigned() - progress.admitted();
        long left = assigned - rejected - progress.version() * config.batchSize();
        return progress.mode() == CurriculumProgress.Mode.STOPPED && left < config.batchSize();
    }

    /**
     * Ends a phase with the assignments made so far, rounded up to whole batches. The ends of later phases do not
     * change, so the run keeps its number of steps and the next phase gets the steps that this one leaves.
     */
    static CurriculumProgress close(int phase, CurriculumProgress progress, CurriculumConfig config) {
        long batch = config.batchSize();
        long steps = (progress.admittedThrough(phase) + batch - 1) / batch;
        return progress.ending(phase, Math.min(steps, progress.ends().get(phase)));
    }

    /**
     * Continues a phase that had ended. Its steps are taken from later phases; the run keeps its number of steps.
     *
     * @param steps steps wanted; the phase gets at most the steps for which nothing is admitted yet
     */
    static CurriculumProgress reopen(int phase, long steps, CurriculumProgress progress, CurriculumConfig config) {
        long batch = config.batchSize();
        int last = config.phases().size() - 1;
        long left = progress.ends().get(last) - (progress.admitted() + batch - 1) / batch;
        long granted = Math.max(0, Math.min(steps, left));
        CurriculumProgress after = progress;
        for (int later = phase; later <= last && granted > 0; later++) {
            long admitted = (progress.admittedThrough(later) + batch - 1) / batch;
            after = after.ending(later, Math.max(progress.ends().get(later), admitted + granted));
        }
        return after;
    }
}
