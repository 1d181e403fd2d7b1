package dev.longstream.streams.curriculum;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

/**
 * Conditions that end a phase before its last step, and the measurement at its end.
 *
 * @param untilReward held-out reward that ends the phase as soon as an evaluation of the phase reaches it; null: the
 *     phase ends after its steps
 * @param maxAssignedGroups number of assigned groups, trained or not, that ends the phase; it then fills its last batch, and
 *     replaces groups that are rejected from it. The last phase ends with the run and fills nothing. Null: the phase ends after
 *     its steps
 * @param difficultySamples number of answers to each training question that the run samples at the end of the phase with the
 *     phase's last policy version, to measure difficulties by the run's reward. The result has the name {@code end-of-NAME}. A
 *     phase with this name as {@code difficulty-of} waits for it. Measured are the questions that such phases choose by
 *     difficulty, with the answer length of the first of them. Null: nothing is measured
 */
public record PhaseEnd(
        @Nullable Double untilReward, @Nullable Long maxAssignedGroups, @Nullable Integer difficultySamples) {
    /** The phase ends after its steps. */
    public static final PhaseEnd AFTER_ITS_STEPS = new PhaseEnd(null, null, null);

    public PhaseEnd {
        new Problems("phases")
                .require(
                        untilReward == null || Double.isFinite(untilReward),
                        "until-reward is %s, must be a number",
                        String.valueOf(untilReward))
                .requireAtLeastOne("max-assigned-groups", maxAssignedGroups)
                .requireAtLeastOne("difficulty-samples", difficultySamples)
                .throwIfAny();
    }

    /** Returns the name of the difficulties that the run measures at the end of a phase, for {@code difficulty-of}. */
    public static String pass(String phase) {
        return "end-of-" + phase;
    }
}
