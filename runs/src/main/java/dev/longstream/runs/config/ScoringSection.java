package dev.longstream.runs.config;

import dev.longstream.config.Inline;
import dev.longstream.config.Problems;
import dev.longstream.log.Topics;
import dev.longstream.rewards.ScoringConfig;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rules that compare an answer with the reference answers, and further rewards that are computed beside the run's.
 *
 * @param answers settings of the run's reward
 * @param shadows further rewards of the same answers, by name; the run does not train on them. Each takes the keys of {@code
 *     scoring}, and {@code judge} for a judge of its own; a key that is left out has the run's value
 */
public record ScoringSection(@Inline ScoringConfig answers, Map<String, ShadowSection> shadows) {
    public ScoringSection {
        shadows = shadows == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(shadows));
        Problems problems = new Problems("scoring");
        shadows.keySet()
                .forEach(name -> problems.require(
                        Topics.isShadowName(name),
                        "shadows.%s has no usable name, expected 1 to 32 characters a-z, 0-9 or '-', the first no '-': the"
                                + " name is the end of its topics' names",
                        name));
        problems.throwIfAny();
    }
}
