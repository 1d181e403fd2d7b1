package dev.longstream.streams.curriculum;

import java.util.OptionalInt;

/**
 * How many groups may be under way, and of which phase the next one is. Pure.
 *
 * <p>Groups are trained in order of admission, B a step (strictly first in, first out, rejected groups left out), so the
 * group admitted when {@code a} others are admitted and not rejected is trained in batch ⌊a / B⌋ at the latest, which is
 * trained by the weights of that version. With a &lt; (η + version + 1)·B it is at most η versions old then.
 */
final class Admission {
    private Admission() {}

    /** Groups that may be admitted and not rejected at one time: min((η + version + 1)·B, Σ steps·B). */
    static long bound(CurriculumProgress progress, CurriculumConfig config) {
        long steps = Math.min(config.maxStaleness() + progress.version() + 1, config.totalSteps());
        return steps * config.batchSize();
    }

    /** The phase of the next assignment; empty: none may be made now. */
    static OptionalInt next(CurriculumProgress progress, CurriculumConfig config) {
        if (!progress.ready() || progress.admitted() >= bound(progress, config)) {
            return OptionalInt.empty();
        }
        return openPhase(progress, config);
    }

    /** The first phase whose quota is not used up; a rejection opens its phase again. Empty: all are. */
    static OptionalInt openPhase(CurriculumProgress progress, CurriculumConfig config) {
        for (int phase = 0; phase < config.phases().size(); phase++) {
            if (open(phase, progress, config)) {
                return OptionalInt.of(phase);
            }
        }
        return OptionalInt.empty();
    }

    /** Whether more may be assigned in the phase. */
    static boolean open(int phase, CurriculumProgress progress, CurriculumConfig config) {
        return progress.admittedThrough(phase) < progress.ends().get(phase) * config.batchSize();
    }

    /**
     * Ends a phase with what it has admitted so far, rounded up to whole batches. Later phases end where they would have,
     * so the run has as many steps as before and the next phase gets those that this one leaves.
     */
    static CurriculumProgress close(int phase, CurriculumProgress progress, CurriculumConfig config) {
        long batch = config.batchSize();
        long steps = (progress.admittedThrough(phase) + batch - 1) / batch;
        return progress.ending(phase, Math.min(steps, progress.ends().get(phase)));
    }

    /**
     * Goes on with a phase that was over. Its steps come out of those of the later phases; the run has as many as before.
     *
     * @param steps wanted; it gets at most those that nothing is admitted for yet
     */
    static CurriculumProgress reopen(int phase, long steps, CurriculumProgress progress, CurriculumConfig config) {
        long batch = config.batchSize();
        int last = config.phases().size() - 1;
        long left = progress.ends().get(last) - (progress.admitted() + batch - 1) / batch;
        long given = Math.max(0, Math.min(steps, left));
        CurriculumProgress after = progress;
        for (int later = phase; later <= last && given > 0; later++) {
            long admitted = (progress.admittedThrough(later) + batch - 1) / batch;
            after = after.ending(later, Math.max(progress.ends().get(later), admitted + given));
        }
        return after;
    }
}
