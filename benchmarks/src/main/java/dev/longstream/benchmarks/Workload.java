package dev.longstream.benchmarks;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.training.AdamW;
import dev.longstream.policy.training.PolicyLearner;
import dev.longstream.policy.training.PromptAnswers;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Work that can be timed repeatedly; its tokens are random and differ in every run. */
interface Workload extends AutoCloseable {
    void run();

    @Override
    void close();

    /** Reads a prompt and samples the first token of one answer. */
    static Workload prefill(PolicyModel model, int promptTokens) {
        return sampling(model, new Shape(promptTokens, 1, 1));
    }

    /** Reads a prompt and samples its answers at temperature 0.7 and top-p 0.95; none of them stops early. */
    static Workload sampling(PolicyModel model, Shape shape) {
        Random random = new Random(0);
        return new Workload() {
            @Override
            public void run() {
                int[] prompt = tokens(random, model.config(), shape.promptTokens());
                SamplingParameters sampling = new SamplingParameters(0.7, 0.95, 0, shape.answerTokens());
                SamplerLimits limits = new SamplerLimits(shape.answers(), 16, Long.MAX_VALUE / 4);
                // A new sampler, so that nothing of the previous run is cached.
                try (Sampler sampler = new Sampler(model, 0, new int[0], limits)) {
                    sampler.submit(new SamplingRequest("timed", prompt, shape.answers(), sampling, random.nextLong()));
                    while (!sampler.isIdle()) {
                        sampler.decodeChunk();
                    }
                }
            }

            @Override
            public void close() {}
        };
    }

    /**
     * Runs forward, backward, clipping and AdamW on the groups, with a learning rate so small that the policy does not
     * change.
     */
    static Workload step(PolicyModel model, Shape shape, long memoryBytes) {
        PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT, memoryBytes);
        Random random = new Random(0);
        return new Workload() {
            @Override
            public void run() {
                int[] document = tokens(random, model.config(), shape.promptTokens());
                List<PromptAnswers> groups = IntStream.range(0, shape.questions())
                        .mapToObj(question -> group(document, random, model.config(), shape))
                        .toList();
                float[][][] gradient = new float[shape.questions()][shape.answers()][shape.answerTokens()];
                for (float[][] group : gradient) {
                    for (float[] answer : group) {
                        Arrays.fill(answer, (float) random.nextGaussian());
                    }
                }
                learner.accumulate(groups, 1, scores -> gradient);
                learner.step(1e-12, 1);
            }

            @Override
            public void close() {
                learner.close();
            }
        };
    }

    private static PromptAnswers group(int[] document, Random random, ModelConfig model, Shape shape) {
        int[] question = tokens(random, model, shape.questionTokens());
        int[] prompt = Arrays.copyOf(document, document.length + question.length);
        System.arraycopy(question, 0, prompt, document.length, question.length);
        List<int[]> answers = IntStream.range(0, shape.answers())
                .mapToObj(answer -> tokens(random, model, shape.answerTokens()))
                .toList();
        return new PromptAnswers(prompt, answers);
    }

    private static int[] tokens(Random random, ModelConfig model, int count) {
        return random.ints(count, 0, model.vocabularySize()).toArray();
    }
}
