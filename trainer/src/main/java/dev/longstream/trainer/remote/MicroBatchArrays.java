package dev.longstream.trainer.remote;

import dev.longstream.policy.safetensors.TensorMessage;
import dev.longstream.policy.training.PromptAnswers;

import java.util.Arrays;
import java.util.List;

/** Converts micro-batches and values of their answer tokens to and from vectors. Answer tokens are in the prompts' order. */
final class MicroBatchArrays {
    private MicroBatchArrays() {}

    /** Adds prompts and answers to a message. */
    static void put(List<PromptAnswers> prompts, TensorMessage message) {
        List<int[]> answers =
                prompts.stream().flatMap(prompt -> prompt.answers().stream()).toList();
        List<int[]> texts = prompts.stream().map(PromptAnswers::prompt).toList();
        message.put("prompt-tokens", joined(texts))
                .put("prompt-lengths", lengths(texts))
                .put(
                        "answer-counts",
                        prompts.stream()
                                .mapToInt(prompt -> prompt.answers().size())
                                .toArray())
                .put("answer-lengths", lengths(answers))
                .put("answer-tokens", joined(answers));
    }

    private static int[] joined(List<int[]> parts) {
        return parts.stream().flatMapToInt(Arrays::stream).toArray();
    }

    private static int[] lengths(List<int[]> parts) {
        return parts.stream().mapToInt(part -> part.length).toArray();
    }

    /** Returns the number of answer tokens. */
    static int size(List<PromptAnswers> prompts) {
        return prompts.stream()
                .flatMap(prompt -> prompt.answers().stream())
                .mapToInt(answer -> answer.length)
                .sum();
    }

    /** Returns values of all answer tokens as [prompt][answer][token]. */
    static float[][][] split(List<PromptAnswers> prompts, float[] values) {
        float[][][] split = new float[prompts.size()][][];
        int place = 0;
        for (int p = 0; p < split.length; p++) {
            List<int[]> answers = prompts.get(p).answers();
            split[p] = new float[answers.size()][];
            for (int a = 0; a < split[p].length; a++) {
                int size = answers.get(a).length;
                split[p][a] = Arrays.copyOfRange(values, place, place + size);
                place += size;
            }
        }
        return split;
    }

    /**
     * Returns values [prompt][answer][token] of all answer tokens as one vector.
     *
     * @throws IllegalArgumentException if they do not have the shape of the micro-batch
     */
    static float[] join(List<PromptAnswers> prompts, float[][][] values) {
        float[] joined = new float[size(prompts)];
        int place = 0;
        for (int p = 0; p < prompts.size(); p++) {
            List<int[]> answers = prompts.get(p).answers();
            for (int a = 0; a < answers.size(); a++) {
                if (values[p][a].length != answers.get(a).length) {
                    throw new IllegalArgumentException("prompt " + p + ", answer " + a + " has " + values[p][a].length
                            + " values, expected " + answers.get(a).length);
                }
                System.arraycopy(values[p][a], 0, joined, place, values[p][a].length);
                place += values[p][a].length;
            }
        }
        return joined;
    }
}
