package dev.longstream.trainer.learner;

import dev.longstream.policy.training.AnswerScores;
import dev.longstream.policy.training.PromptAnswers;

import java.util.List;

/** A policy that no longer changes. One thread uses it. */
public interface Scorer extends AutoCloseable {
    /** @param temperature divides the logits */
    AnswerScores score(List<PromptAnswers> prompts, float temperature);

    @Override
    void close();
}
