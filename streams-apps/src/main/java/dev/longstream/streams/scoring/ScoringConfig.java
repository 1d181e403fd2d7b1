package dev.longstream.streams.scoring;

/**
 * How answers are compared with their golds.
 *
 * @param thinkingExpected whether the chat template opens a thought, so that an answer that does not close it was cut inside it
 */
public record ScoringConfig(boolean thinkingExpected) {
    public static final ScoringConfig DEFAULT = new ScoringConfig(false);
}
