package dev.longstream.runs.config;

import org.apache.commons.text.similarity.LevenshteinDistance;

import java.util.Collection;
import java.util.Comparator;

/** What somebody probably meant. */
final class Suggestion {
    private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

    private Suggestion() {}

    /** @return a half-sentence: the nearest known word if it is near, else all of them */
    static String of(String word, Collection<String> known) {
        String near = near(word, known);
        return near.isEmpty() ? "; known here: " + String.join(", ", known) : near;
    }

    /** The same, with nothing where no known word is near. */
    static String near(String word, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> DISTANCE.apply(word, candidate)))
                .filter(nearest -> DISTANCE.apply(word, nearest) <= Math.max(2, word.length() / 3))
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElse("");
    }
}
