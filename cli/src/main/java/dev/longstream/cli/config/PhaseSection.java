package dev.longstream.cli.config;

import dev.longstream.config.Problems;

/**
 * A phase of the curriculum: the inputs it takes and how long it lasts.
 *
 * @param name for people and records
 * @param longerThan input tokens, exclusive
 * @param upTo input tokens, inclusive
 * @param steps gradient steps
 */
public record PhaseSection(String name, int longerThan, int upTo, int steps) {
    public PhaseSection {
        new Problems("phases")
                .require(name != null && !name.isBlank(), "name is missing, expected a word")
                .require(longerThan >= 0, "longer-than is %d tokens, must not be negative", longerThan)
                .require(longerThan < upTo, "up-to is %d tokens, must be more than longer-than (%d)", upTo, longerThan)
                .require(steps >= 1, "steps is %d, must be at least 1", steps)
                .throwIfAny();
    }

    /** Whether a prompt of so many tokens belongs to the phase. */
    public boolean takes(int inputTokens) {
        return inputTokens > longerThan && inputTokens <= upTo;
    }

    PhaseSection withSteps(int other) {
        return new PhaseSection(name, longerThan, upTo, other);
    }
}
