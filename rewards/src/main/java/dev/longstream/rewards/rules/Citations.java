package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Passages that an answer cites, and how well they match those that hold it. */
public final class Citations {
    private Citations() {}

    /** Ids in the first group of every match behind the thought, each once, in their order. */
    public static Set<String> in(String output, Pattern pattern, boolean thinkingExpected) {
        Set<String> ids = new LinkedHashSet<>();
        @Nullable String part = AnswerPart.of(output, thinkingExpected);
        if (part != null) {
            for (Matcher cited = pattern.matcher(part); cited.find(); ) {
                String group = cited.group(1);
                Arrays.stream(group == null ? new String[0] : group.split("[\\s,;]+"))
                        .filter(id -> !id.isBlank())
                        .forEach(ids::add);
            }
        }
        return ids;
    }

    /** F_β = (1 + β²)·P·R / (β²·P + R); 0 where nothing is shared. */
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
