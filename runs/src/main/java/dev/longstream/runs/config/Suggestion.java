package dev.longstream.runs.config;

import org.apache.commons.text.similarity.LevenshteinDistance;

import java.util.Collection;
import java.util.Comparator;

/** Suggests the known word that a misspelt one probably stands for. */
final class Suggestion {
    private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

    private Suggestion() {}

    /** Returns the end of an error message: the nearest known word if it is similar, else all known words. */
    static String of(String word, Collection<String> known) {
        String near = near(word, known);
        return near.isEmpty() ? "; expected one of " + String.join(", ", known) : near;
    }

    /** Returns the end of an error message: the nearest known word if it is similar, else "". */
    static String near(String word, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> DISTANCE.apply(word, candidate)))
                .filter(nearest -> DISTANCE.apply(word, nearest) <= Math.max(2, word.length() / 3))
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElse("");
    }
}
