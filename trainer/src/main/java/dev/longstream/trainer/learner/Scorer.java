package dev.longstream.trainer.learner;

import dev.longstream.policy.training.AnswerScores;
import dev.longstream.policy.training.PromptAnswers;

import java.util.List;

/** A policy that no longer changes. Not thread-safe. */
public interface Scorer extends AutoCloseable {
    /** Returns the answers' log-probabilities and entropies; {@code temperature} divides the logits. */
    AnswerScores score(List<PromptAnswers> prompts, float temperature);

    @Override
    void close();
}
