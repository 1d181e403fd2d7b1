package dev.longstream.streams.curriculum;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

/**
 * Conditions that end a phase before its last step.
 *
 * @param untilReward held-out reward that ends the phase as soon as an evaluation of the phase reaches it; null: the
 *     phase ends after its steps
 * @param maxAssignedGroups number of assigned groups, trained or not, that ends the phase; it then fills its last batch, and
 *     replaces groups that are rejected from it. The last phase ends with the run and fills nothing. Null: the phase ends after
 *     its steps
 */
public record PhaseEnd(
        @Nullable Double untilReward, @Nullable Long maxAssignedGroups) {
    /** The phase ends after its steps. */
    public static final PhaseEnd AFTER_ITS_STEPS = new PhaseEnd(null, null);

    public PhaseEnd {
        new Problems("phases")
                .require(
                        untilReward == null || Double.isFinite(untilReward),
                        "until-reward is %s, must be a number",
                        String.valueOf(untilReward))
                .require(
                        maxAssignedGroups == null || maxAssignedGroups >= 1,
                        "max-assigned-groups is %s, must be at least 1",
                        String.valueOf(maxAssignedGroups))
                .throwIfAny();
    }
}
