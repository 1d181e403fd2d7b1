package dev.longstream.evaluation.comparison;

import dev.longstream.files.Table;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Result of a comparison.
 *
 * @param rows for each candidate one row per set; with several sets, then one row over all questions and one with the mean of
 *     the sets
 * @param differences differences of each other candidate from the first, question by question
 * @param questions outcomes of each candidate, question by question
 */
public record ComparisonResult(
        List<ComparisonRow> rows, List<PairedDifference> differences, List<QuestionOutcome> questions) {
    /** Copies the lists. */
    public ComparisonResult {
        rows = List.copyOf(rows);
        differences = List.copyOf(differences);
        questions = List.copyOf(questions);
    }

    /**
     * Outcome of one candidate on one question.
     *
     * @param candidate label of the candidate
     * @param set name of the question's set
     * @param promptId id of the question
     * @param answers number of scored answers
     * @param right number of scored answers with a reward of at least 0.5
     * @param reward mean reward of the scored answers; null without any
     */
    public record QuestionOutcome(
            String candidate, String set, String promptId, int answers, int right, @Nullable Double reward) {}

    /** Returns the outcomes question by question as lines of CSV with a header. */
    public List<String> questionsAsCsv() {
        Table table = new Table("candidate", "set", "prompt", "answers", "right", "reward");
        for (QuestionOutcome outcome : questions) {
            table.row(
                    outcome.candidate(),
                    outcome.set(),
                    outcome.promptId(),
                    Integer.toString(outcome.answers()),
                    Integer.toString(outcome.right()),
                    outcome.reward() == null ? "" : outcome.reward().toString());
        }
        return table.csv();
    }
}
