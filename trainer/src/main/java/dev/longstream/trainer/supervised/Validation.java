package dev.longstream.trainer.supervised;

import java.util.List;

/**
 * Answers held back from imitation, to measure whether the training generalises.
 *
 * @param rows held-back rows; empty: nothing is measured
 * @param every steps from one measurement to the next; the last step is always followed by one
 */
public record Validation(List<SupervisedRow> rows, int every) {
    /** No validation. */
    public static final Validation NONE = new Validation(List.of(), 1);

    public Validation {
        rows = List.copyOf(rows);
    }

    boolean isDue(int made, int steps) {
        return !rows.isEmpty() && (made % every == 0 || made == steps);
    }
}
