package dev.longstream.evaluation;

import dev.longstream.record.Question;

import java.util.List;
import java.util.OptionalDouble;

/** Scores held-out answers. */
@FunctionalInterface
public interface AnswerScorer {
    /**
     * An answer.
     *
     * @param text special tokens kept
     */
    record Written(Question question, String text) {}

    /** Rewards of the answers, in their order; empty if the gold cannot be read or a judge gave no verdict, which is no 0. */
    List<OptionalDouble> score(List<Written> answers);
}
