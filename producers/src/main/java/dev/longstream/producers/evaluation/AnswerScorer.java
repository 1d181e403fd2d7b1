package dev.longstream.producers.evaluation;

import dev.longstream.record.Question;

import java.util.OptionalDouble;

/** Scores a held-out answer by the rules that score trajectories. */
@FunctionalInterface
public interface AnswerScorer {
    /** Reward of the answer's text; empty if the gold cannot be read. */
    OptionalDouble score(Question question, String answer);
}
