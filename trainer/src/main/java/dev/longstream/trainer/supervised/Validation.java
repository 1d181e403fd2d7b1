package dev.longstream.trainer.supervised;

import java.util.List;

/**
 * Answers that are held back from imitation, to see whether what is learned holds for others.
 *
 * @param rows may be empty: nothing is measured then
 * @param every steps between two measurements; there is one after the last step, too
 */
public record Validation(List<SupervisedRow> rows, int every) {
    public static final Validation NONE = new Validation(List.of(), 1);

    public Validation {
        rows = List.copyOf(rows);
    }

    boolean isDue(int made, int steps) {
        return !rows.isEmpty() && (made % every == 0 || made == steps);
    }
}
