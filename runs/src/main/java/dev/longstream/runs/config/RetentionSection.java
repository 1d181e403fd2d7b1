package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Part of a run's log that is kept. Whatever is kept, no record is removed that a complete checkpoint, an unfinished group or
 * a stage needs. The counts of removed answers stay on the log, so that the audit closes; a replay needs everything.
 *
 * @param keep everything: no record is removed; checkpoints: what the complete checkpoints need; age: also what is younger than
 *     {@code age}
 * @param steps number of the newest gradient steps whose batches, groups and answers are kept besides
 * @param age age from which on gradient steps may be removed; required with {@code keep: age}
 */
public record RetentionSection(Keep keep, int steps, @Nullable Duration age) {
    /** Everything is kept. */
    public static final RetentionSection DEFAULT = new RetentionSection(Keep.EVERYTHING, 0, null);

    /** A rule for the records that are kept. */
    public enum Keep {
        /** No record is removed. */
        EVERYTHING,
        /** Records stay that the complete checkpoints need. */
        CHECKPOINTS,
        /** Young records stay, and those that the complete checkpoints need. */
        AGE
    }

    /** Checks every setting and reports all faults in one exception. */
    public RetentionSection {
        new Problems("retention")
                .require(keep != null, "keep is missing, expected everything, checkpoints or age")
                .require(steps >= 0, "steps is %d, must not be negative", steps)
                .require(
                        (keep == Keep.AGE) == (age != null),
                        "keep is %s and retention.age is %s: set retention.age with keep: age, and only then",
                        keep == null ? "missing" : ConfigTree.word(keep),
                        age == null ? "missing" : DurationText.write(age))
                .throwIfAny();
    }
}
