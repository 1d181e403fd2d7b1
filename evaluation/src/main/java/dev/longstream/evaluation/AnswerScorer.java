package dev.longstream.evaluation;

import dev.longstream.record.Question;

import java.util.List;
import java.util.OptionalDouble;

/** Turns held-out answers into rewards. */
@FunctionalInterface
public interface AnswerScorer {
    /**
     * An answer with its question.
     *
     * @param question the question that was answered
     * @param text decoded answer, special tokens included
     */
    record Written(Question question, String text) {}

    /**
     * Returns one reward per answer, in the order of the answers. A reward is empty, which is not the same as 0, if the
     * reference answer cannot be read or the judge gave no verdict.
     */
    List<OptionalDouble> score(List<Written> answers);
}
