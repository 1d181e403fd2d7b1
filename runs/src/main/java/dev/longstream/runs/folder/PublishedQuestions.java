package dev.longstream.runs.folder;

import dev.longstream.files.JsonFile;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Numbers of the questions that a run published and left out, the content of {@code questions.json}.
 *
 * @param splits numbers by split: {@code train}, {@code validation}, {@code held-out}
 */
public record PublishedQuestions(Map<String, SplitCount> splits) {
    private static final String FILE = "questions.json";

    public PublishedQuestions {
        splits = new TreeMap<>(splits);
    }

    /**
     * Numbers of the questions of a split.
     *
     * @param published questions on the log
     * @param tooLong questions left out because their prompt, or prompt and answer together, are too long
     */
    public record SplitCount(int published, int tooLong) {
        /** Adds the numbers of another source. */
        public SplitCount plus(SplitCount other) {
            return new SplitCount(published + other.published, tooLong + other.tooLong);
        }
    }

    /** Reads the numbers of a run; empty if its questions were not published from this folder. */
    public static Optional<PublishedQuestions> in(Path folder) {
        return JsonFile.read(folder.resolve(FILE), PublishedQuestions.class);
    }

    /** Writes the numbers to a run folder. */
    public void writeTo(Path folder) {
        JsonFile.write(folder.resolve(FILE), this);
    }

    /** Returns the number of questions that were left out for their length. */
    public int tooLong() {
        return splits.values().stream().mapToInt(SplitCount::tooLong).sum();
    }

    /** Returns words such as {@code left out for their length: 2 of 60 held-out, 12 of 1600 train}. */
    public String leftOut() {
        StringBuilder words = new StringBuilder();
        splits.forEach((split, count) -> words.append(words.isEmpty() ? "left out for their length: " : ", ")
                .append(String.format(
                        Locale.ROOT, "%d of %d %s", count.tooLong(), count.published() + count.tooLong(), split)));
        return words.toString();
    }
}
