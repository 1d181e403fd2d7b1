package dev.longstream.runs.retention;

import dev.longstream.runs.config.RetentionSection;
import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * Limits of a pruning, which keeps more than the complete checkpoints need.
 *
 * @param steps number of the newest gradient steps
 * @param since time since which gradient steps are kept; null: none is kept for its age
 */
public record Limits(long steps, @Nullable Instant since) {
    /** Returns the limits of a configuration at a time. */
    static Limits of(RetentionSection section, Instant now) {
        return new Limits(section.steps(), section.age() == null ? null : now.minus(section.age()));
    }
}
