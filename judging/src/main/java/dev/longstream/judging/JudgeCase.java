package dev.longstream.judging;

import java.util.List;

/**
 * An answer with a label that says whether it means the same as a gold.
 *
 * @param id id of the case
 * @param group name of the group it is counted in, e.g. the kind of its gold
 * @param question the question; empty if it is not known
 * @param golds accepted answers
 * @param answer the answer, as a rule would extract it
 * @param equivalent the label, which a judge should agree with
 * @param injection true if the answer addresses the judge (prompt injection); such an answer is never equivalent
 */
public record JudgeCase(
        String id,
        String group,
        String question,
        List<String> golds,
        String answer,
        boolean equivalent,
        boolean injection) {
    /** Copies the golds. */
    public JudgeCase {
        golds = List.copyOf(golds);
    }
}
