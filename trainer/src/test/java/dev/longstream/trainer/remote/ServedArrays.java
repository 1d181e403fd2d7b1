package dev.longstream.trainer.remote;

import dev.longstream.policy.safetensors.TensorMessage;
import dev.longstream.policy.training.AnswerScores;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.policy.training.ScoreGradients;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The learner's side of {@link MicroBatchArrays}. */
final class ServedArrays {
    private ServedArrays() {}

    /** Adds scores to a reply. */
    static void put(AnswerScores scores, TensorMessage reply) {
        reply.put("log-probs", flat(scores.logProbs())).put("entropies", flat(scores.entropies()));
    }

    private static float[] flat(float[][][] values) {
        float[][] answers = Arrays.stream(values).flatMap(Arrays::stream).toArray(float[][]::new);
        float[] flat = new float
                [Arrays.stream(answers).mapToInt(answer -> answer.length).sum()];
        int place = 0;
        for (float[] answer : answers) {
            System.arraycopy(answer, 0, flat, place, answer.length);
            place += answer.length;
        }
        return flat;
    }

    /** Returns the prompts and answers of a call. */
    static List<PromptAnswers> prompts(TensorMessage call) {
        List<PromptAnswers> prompts = new ArrayList<>();
        int[] texts = call.ints("prompt-tokens");
        int[] lengths = call.ints("answer-lengths");
        int[] tokens = call.ints("answer-tokens");
        int text = 0;
        int answer = 0;
        int token = 0;
        for (int p = 0; p < call.ints("prompt-lengths").length; p++) {
            List<int[]> answers = new ArrayList<>();
            for (int a = 0; a < call.ints("answer-counts")[p]; a++, answer++) {
                answers.add(Arrays.copyOfRange(tokens, token, token + lengths[answer]));
                token += lengths[answer];
            }
            int end = text + call.ints("prompt-lengths")[p];
            prompts.add(new PromptAnswers(Arrays.copyOfRange(texts, text, end), answers));
            text = end;
        }
        return prompts;
    }

    /** Returns the derivatives of a call in the shapes of its micro-batch. */
    static ScoreGradients gradients(List<PromptAnswers> prompts, TensorMessage call) {
        int size = MicroBatchArrays.size(prompts);
        float[][][] ofLogProbs = MicroBatchArrays.split(prompts, call.floats("log-probs", size));
        return new ScoreGradients(
                ofLogProbs,
                call.hasFloats("entropies")
                        ? Optional.of(MicroBatchArrays.split(prompts, call.floats("entropies", size)))
                        : Optional.empty());
    }
}
