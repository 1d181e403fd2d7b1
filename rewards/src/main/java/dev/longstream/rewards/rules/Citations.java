package dev.longstream.rewards.rules;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Extracts the passages that an answer cites and compares them with the passages that hold the answer. */
public final class Citations {
    private Citations() {}

    /**
     * Returns the distinct ids in the first group of every match after the thought, in order of appearance.
     *
     * @param searched returns the text to search, which may limit the search
     */
    public static Set<String> in(
            String output, Pattern pattern, boolean thinkingExpected, Function<String, CharSequence> searched) {
        Set<String> ids = new LinkedHashSet<>();
        String part = AnswerPart.of(output, thinkingExpected);
        if (part != null) {
            for (Matcher cited = pattern.matcher(searched.apply(part)); cited.find(); ) {
                String group = cited.group(1);
                Arrays.stream(group == null ? new String[0] : group.split("[\\s,;]+"))
                        .filter(id -> !id.isBlank())
                        .forEach(ids::add);
            }
        }
        return ids;
    }

    /** Returns F_β = (1 + β²)·P·R / (β²·P + R) of the cited ids; 0 if none of them is a gold id. */
    public static double fBeta(Set<String> cited, Collection<String> gold, double beta) {
        Set<String> right = new LinkedHashSet<>(gold);
        long shared = cited.stream().filter(right::contains).count();
        if (shared == 0) {
            return 0;
        }
        double precision = (double) shared / cited.size();
        double recall = (double) shared / right.size();
        double square = beta * beta;
        return (1 + square) * precision * recall / (square * precision + recall);
    }
}
