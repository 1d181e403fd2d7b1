package dev.longstream.evaluation.comparison;

import java.util.List;

/**
 * Result of a comparison.
 *
 * @param rows for each candidate one row per set; with several sets, then one row over all questions and one with the mean of
 *     the sets
 * @param differences differences of each other candidate from the first, question by question
 */
public record ComparisonResult(List<ComparisonRow> rows, List<PairedDifference> differences) {
    /** Copies the lists. */
    public ComparisonResult {
        rows = List.copyOf(rows);
        differences = List.copyOf(differences);
    }
}
