package dev.longstream.trainer.learner;

import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.FloatFormats;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.training.AnswerScores;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.policy.training.ScoreGradients;
import dev.longstream.trainer.optimizer.OptimizerSettings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The smallest policy there is: a table of logits of the next token given the last one. Exact gradients, plain arrays, and
 * a momentum, so that a lost moment shows. It writes its table where a policy writes its weights.
 */
public final class BigramLearners implements Learners {
    private static final int VOCABULARY = 7;
    private static final float MOMENTUM = 0.9f;

    private final Crash crash;
    private final List<String> trainedPrompts = new ArrayList<>();

    public BigramLearners(Crash crash) {
        this.crash = crash;
    }

    /** A folder with weights to start from. */
    public static Path start(Path folder) throws IOException {
        Files.createDirectories(folder);
        float[] table = new float[VOCABULARY * VOCABULARY];
        for (int i = 0; i < table.length; i++) {
            table[i] = (float) Math.sin(i);
        }
        write(folder.resolve("model.safetensors"), table);
        return folder;
    }

    /** The first token of every prompt that went through a backward pass. */
    public List<String> trainedPrompts() {
        return trainedPrompts;
    }

    @Override
    public Learner open(Path weights, Path origin, OptimizerSettings settings) {
        return new Bigram(read(weights.resolve("model.safetensors")));
    }

    @Override
    public Scorer openFrozen(Path modelFolder) {
        Bigram frozen = new Bigram(read(modelFolder.resolve("model.safetensors")));
        return new Scorer() {
            @Override
            public AnswerScores score(List<PromptAnswers> prompts, float temperature) {
                return frozen.score(prompts, temperature);
            }

            @Override
            public void close() {}
        };
    }

    private final class Bigram implements Learner {
        private final float[] table;
        private final float[] gradient = new float[VOCABULARY * VOCABULARY];
        private float[] momentum = new float[VOCABULARY * VOCABULARY];

        Bigram(float[] table) {
            this.table = table;
        }

        @Override
        public AnswerScores score(List<PromptAnswers> prompts, float temperature) {
            float[][][] logProbs = new float[prompts.size()][][];
            float[][][] entropies = new float[prompts.size()][][];
            for (int p = 0; p < prompts.size(); p++) {
                List<int[]> answers = prompts.get(p).answers();
                logProbs[p] = new float[answers.size()][];
                entropies[p] = new float[answers.size()][];
                for (int a = 0; a < answers.size(); a++) {
                    int[] answer = answers.get(a);
                    logProbs[p][a] = new float[answer.length];
                    entropies[p][a] = new float[answer.length];
                    for (int t = 0; t < answer.length; t++) {
                        double[] next = next(before(prompts.get(p), answer, t), temperature);
                        logProbs[p][a][t] = (float) Math.log(next[answer[t]]);
                        for (double probability : next) {
                            entropies[p][a][t] -= (float) (probability * Math.log(probability));
                        }
                    }
                }
            }
            return new AnswerScores(logProbs, entropies);
        }

        @Override
        public AnswerScores accumulateGradients(
                List<PromptAnswers> prompts, float temperature, Function<AnswerScores, ScoreGradients> gradientOfLoss) {
            crash.point("accumulate");
            AnswerScores scores = score(prompts, temperature);
            ScoreGradients upstream = gradientOfLoss.apply(scores);
            for (int p = 0; p < prompts.size(); p++) {
                trainedPrompts.add(Integer.toString(prompts.get(p).prompt()[0]));
                List<int[]> answers = prompts.get(p).answers();
                for (int a = 0; a < answers.size(); a++) {
                    for (int t = 0; t < answers.get(a).length; t++) {
                        int last = before(prompts.get(p), answers.get(a), t);
                        double[] next = next(last, temperature);
                        double ofEntropy = upstream.entropies().isEmpty()
                                ? 0
                                : upstream.entropies().get()[p][a][t];
                        for (int token = 0; token < VOCABULARY; token++) {
                            double slope = (token == answers.get(a)[t] ? 1 : 0) - next[token];
                            // dH/dz = -p (log p + H)
                            double entropySlope = -next[token] * (Math.log(next[token]) + scores.entropies()[p][a][t]);
                            gradient[last * VOCABULARY + token] += (float)
                                    ((upstream.logProbs()[p][a][t] * slope + ofEntropy * entropySlope) / temperature);
                        }
                    }
                }
            }
            return scores;
        }

        private int before(PromptAnswers prompt, int[] answer, int token) {
            return token > 0 ? answer[token - 1] : prompt.prompt()[prompt.prompt().length - 1];
        }

        private double[] next(int last, float temperature) {
            double[] probabilities = new double[VOCABULARY];
            double sum = 0;
            for (int token = 0; token < VOCABULARY; token++) {
                probabilities[token] = Math.exp(table[last * VOCABULARY + token] / temperature);
                sum += probabilities[token];
            }
            for (int token = 0; token < VOCABULARY; token++) {
                probabilities[token] /= sum;
            }
            return probabilities;
        }

        @Override
        public double step(double learningRate, double maxGradientNorm) {
            crash.point("step");
            double norm = 0;
            for (float value : gradient) {
                norm += (double) value * value;
            }
            norm = Math.sqrt(norm);
            if (!Double.isFinite(norm)) {
                return norm;
            }
            float scale = (float) Math.min(1, maxGradientNorm / norm);
            for (int i = 0; i < table.length; i++) {
                momentum[i] = MOMENTUM * momentum[i] + scale * gradient[i];
                table[i] -= (float) (learningRate * momentum[i]);
                gradient[i] = 0;
            }
            return norm;
        }

        @Override
        public String writeModel(Path folder, DType stored) {
            Path file = folder.resolve("model.safetensors");
            crash.point("before the weights");
            writeInHalves(file, stored == DType.BF16 ? rounded(table) : table);
            crash.point("after the weights");
            return SafeTensors.sha256(file);
        }

        @Override
        public String writeMoments(Path file) {
            crash.point("before the moments");
            writeInHalves(file, momentum);
            crash.point("after the moments");
            return SafeTensors.sha256(file);
        }

        private static float[] rounded(float[] values) {
            float[] rounded = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                rounded[i] = FloatFormats.fromBrain(FloatFormats.toBrain(values[i]));
            }
            return rounded;
        }

        private void writeInHalves(Path file, float[] values) {
            byte[] content = bytes(values);
            BigramLearners.write(file, Arrays.copyOf(content, content.length / 2));
            crash.point("half of " + file.getFileName());
            BigramLearners.write(file, content);
        }

        @Override
        public void readMoments(Path file) {
            momentum = read(file);
        }

        @Override
        public void forgetMoments() {
            momentum = new float[VOCABULARY * VOCABULARY];
        }

        @Override
        public void close() {}
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer content = ByteBuffer.allocate(values.length * Float.BYTES);
        for (float value : values) {
            content.putFloat(value);
        }
        return content.array();
    }

    private static void write(Path file, float[] values) {
        write(file, bytes(values));
    }

    private static void write(Path file, byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] read(Path file) {
        try {
            float[] values = new float[VOCABULARY * VOCABULARY];
            ByteBuffer.wrap(Files.readAllBytes(file)).asFloatBuffer().get(values);
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
