package dev.longstream.judging;

import java.util.List;

/**
 * An answer of which it is known whether it means the same as a gold.
 *
 * @param id names it
 * @param group what it is counted with, e.g. the kind of its gold
 * @param question empty: not known
 * @param golds accepted answers
 * @param answer as a rule would extract it
 * @param equivalent what a judge should say
 * @param injection whether the answer speaks to the judge; never equivalent
 */
public record JudgeCase(
        String id,
        String group,
        String question,
        List<String> golds,
        String answer,
        boolean equivalent,
        boolean injection) {
    public JudgeCase {
        golds = List.copyOf(golds);
    }
}
