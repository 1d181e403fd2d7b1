package dev.longstream.trainer.learner;

import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.training.AnswerScores;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.policy.training.ScoreGradients;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** A policy in training: its weights, their gradients, and the optimizer's moments. Not thread-safe. */
public interface Learner extends AutoCloseable {
    /**
     * Runs forward and backward pass of one micro-batch and adds its gradients to those accumulated so far.
     *
     * @param prompts prompts with their answers, none of which is empty; a common beginning is computed once
     * @param temperature divisor of the logits
     * @param gradientOfLoss maps scores, [prompt][answer][token], to the loss's derivatives of the same shape
     * @return scores under the current weights
     */
    AnswerScores accumulateGradients(
            List<PromptAnswers> prompts, float temperature, Function<AnswerScores, ScoreGradients> gradientOfLoss);

    /**
     * Accumulates gradients of a loss on log-probabilities only: {@code gradientOfLoss} returns d loss / d
     * log-probability.
     */
    default AnswerScores accumulate(
            List<PromptAnswers> prompts, float temperature, Function<AnswerScores, float[][][]> gradientOfLoss) {
        return accumulateGradients(prompts, temperature, scores -> ScoreGradients.of(gradientOfLoss.apply(scores)));
    }

    /**
     * Runs the forward pass only.
     *
     * @param temperature divisor of the logits
     */
    AnswerScores score(List<PromptAnswers> prompts, float temperature);

    /**
     * Updates the weights with the accumulated gradients, scaled down to {@code maxGradientNorm}, and clears the
     * gradients.
     *
     * @return the gradients' global 2-norm before scaling; if it is infinite or NaN, weights and moments are unchanged
     */
    double step(double learningRate, double maxGradientNorm);

    /**
     * Writes the policy in Hugging Face's layout, tokenizer and configuration included, or its adapter in PEFT's. Weights are
     * on the disk when this returns.
     *
     * @param folder an existing, empty folder
     * @param stored F32, which changes nothing, or BF16, which rounds; an adapter is always F32
     * @return SHA-256 of {@code model.safetensors}, or of {@code adapter_model.safetensors}
     */
    String writeModel(Path folder, DType stored);

    /** Writes the policy with float32 weights, so that reading them changes nothing. */
    default String writeModel(Path folder) {
        return writeModel(folder, DType.F32);
    }

    /**
     * Writes the optimizer's moments to {@code file}.
     *
     * @return SHA-256 of the file, in hexadecimal
     */
    String writeMoments(Path file);

    /** Reads the moments that {@link #writeMoments} wrote. */
    void readMoments(Path file);

    /** Resets the optimizer's moments, as if no step had been taken. No gradient may be accumulated. */
    void forgetMoments();

    @Override
    void close();
}
