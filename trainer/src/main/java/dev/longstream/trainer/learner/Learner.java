package dev.longstream.trainer.learner;

import dev.longstream.policy.training.AnswerScores;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.policy.training.ScoreGradients;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** A policy in training: its weights, their gradients, and the optimizer's moments. One thread uses it. */
public interface Learner extends AutoCloseable {
    /**
     * Forward and backward pass of one micro-batch; the gradients are added to those already there.
     *
     * @param prompts each with its answers, of which none is empty; what they begin with in common is computed once
     * @param temperature divides the logits
     * @param gradientOfLoss from scores, [prompt][answer][token], to the derivatives of the loss, of the same shape
     * @return scores under the weights as they are
     */
    AnswerScores accumulateGradients(
            List<PromptAnswers> prompts, float temperature, Function<AnswerScores, ScoreGradients> gradientOfLoss);

    /** The same for a loss on log-probabilities alone: from scores to d loss / d log-probability. */
    default AnswerScores accumulate(
            List<PromptAnswers> prompts, float temperature, Function<AnswerScores, float[][][]> gradientOfLoss) {
        return accumulateGradients(prompts, temperature, scores -> ScoreGradients.of(gradientOfLoss.apply(scores)));
    }

    /**
     * Forward pass alone.
     *
     * @param temperature divides the logits
     */
    AnswerScores score(List<PromptAnswers> prompts, float temperature);

    /**
     * Moves the weights by the gradients gathered, scaled down to {@code maxGradientNorm}, and forgets the gradients.
     *
     * @return the gradients' global 2-norm before scaling; where it is infinite or no number, weights and moments are
     *     untouched
     */
    double step(double learningRate, double maxGradientNorm);

    /**
     * Writes the policy in Hugging Face's layout, tokenizer and configuration included; weights in single precision, so
     * that reading them changes nothing, and on the disk before this returns.
     *
     * @param folder exists and is empty
     * @return SHA-256 of {@code model.safetensors}
     */
    String writeModel(Path folder);

    /** Writes the optimizer's moments to {@code file}. */
    void writeMoments(Path file);

    /** Takes up what {@link #writeMoments} wrote. */
    void readMoments(Path file);

    /** Begins the optimizer's moments anew, as if no step had been taken. No gradient is gathered. */
    void forgetMoments();

    @Override
    void close();
}
