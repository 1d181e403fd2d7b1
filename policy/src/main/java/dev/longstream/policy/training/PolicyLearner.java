package dev.longstream.policy.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;
import dev.longstream.policy.safetensors.TensorSpec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Trains one model, or its adapter if it has one: scores answers, adds up gradients over micro-batches, takes a step of
 * AdamW. Weights that are not trained have neither gradients nor moments. One thread may use a learner.
 *
 * <p>A beginning that prompts share is computed once, and so is a prompt for its answers ({@link PrefixTree});
 * log-probabilities, entropies and gradients are those of separate sequences, up to rounding. No array of tokens ×
 * vocabulary is ever larger than 64 MiB, and none of tokens × tokens exists. Layers for which memory does not suffice
 * ({@link StepMemory}) keep only their input and their attention's output, and compute the rest a second time (Chen et
 * al. 2016), which gives the same numbers.
 */
public final class PolicyLearner implements AutoCloseable {
    private final PolicyModel model;
    private final TorchModule module;
    private final Optimizer optimizer;
    private final StepMemory memory;
    private final long memoryBytes;
    private final NDManager manager = TorchEngine.newManager();

    /** Parallel to the weights; an empty array for a weight that is not trained. */
    private final List<NDArray> gradients = new ArrayList<>();

    /** Gradients by the names of the weights that are trained. */
    private final Map<String, NDArray> trained = new LinkedHashMap<>();

    private boolean accumulated;

    /** Makes a learner that may use half of the device's memory. */
    public PolicyLearner(PolicyModel model, AdamW settings) {
        this(model, settings, StepMemory.budgetBytes(0));
    }

    /**
     * Makes a learner with a memory budget.
     *
     * @param memoryBytes budget for weights, gradients, moments and activations together; with 0, layers keep as little
     *     as possible
     */
    public PolicyLearner(PolicyModel model, AdamW settings, long memoryBytes) {
        this.model = model;
        this.module = module(model);
        this.memory = new StepMemory(model.config(), model.adapter(), model.computeType());
        this.memoryBytes = memoryBytes;
        List<NDArray> weights = new ArrayList<>();
        NDArray none = manager.zeros(new Shape(0));
        for (int i = 0; i < model.tensors().size(); i++) {
            TensorSpec tensor = model.tensors().get(i);
            boolean isTrained = model.isTrained(tensor);
            gradients.add(isTrained ? manager.zeros(new Shape(tensor.shape())) : none);
            if (isTrained) {
                trained.put(tensor.name(), gradients.get(i));
                weights.add(model.weights().get(i));
            }
        }
        this.optimizer = new Optimizer(module, settings, List.copyOf(trained.keySet()), weights);
    }

    private static TorchModule module(PolicyModel model) {
        return model.module(TrainingScript.of(model.config(), model.computeType()));
    }

    /**
     * Scores answers without a gradient.
     *
     * @param temperature T > 0; logits are divided by it
     */
    public static AnswerScores score(PolicyModel model, List<PromptAnswers> microBatch, float temperature) {
        TreeLayout layout = layout(microBatch, temperature);
        if (layout.targetCount() == 0) {
            return nothing(layout);
        }
        try (NDManager manager = TorchEngine.newManager()) {
            return new TreePass(manager, model, module(model), layout, temperature).score();
        }
    }

    /**
     * Returns log π(token | prefix) of every token but the first, at temperature 1.
     *
     * @param tokens int[T], at least two
     */
    public static float[] logProbs(PolicyModel model, int[] tokens) {
        PromptAnswers split =
                new PromptAnswers(new int[] {tokens[0]}, List.of(Arrays.copyOfRange(tokens, 1, tokens.length)));
        return score(model, List.of(split), 1).logProbs()[0][0];
    }

    private static TreeLayout layout(List<PromptAnswers> microBatch, float temperature) {
        if (microBatch.isEmpty()) {
            throw new IllegalArgumentException("a micro-batch is empty, expected at least one prompt");
        }
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("temperature is " + temperature + ", must be positive");
        }
        return new TreeLayout(PrefixTree.of(microBatch));
    }

    private static AnswerScores nothing(TreeLayout layout) {
        return new AnswerScores(layout.unpack(new float[0]), layout.unpack(new float[0]));
    }

    /**
     * Goes forward, then backward; the gradient is added to that of earlier calls.
     *
     * @param gradientOfLoss computes d loss / d logProbs from the scores, in the shape of logProbs; 0 for tokens
     *     without loss. Called once, on this thread
     * @return the scores
     */
    public AnswerScores accumulate(
            List<PromptAnswers> microBatch, float temperature, Function<AnswerScores, float[][][]> gradientOfLoss) {
        return accumulateGradients(microBatch, temperature, scores -> ScoreGradients.of(gradientOfLoss.apply(scores)));
    }

    /**
     * Goes forward, then backward, for a loss that may depend on entropies, too; the gradient is added to that of
     * earlier calls.
     *
     * @param gradientOfLoss derivatives of the loss with respect to the scores, in their shapes. Called once, on this
     *     thread
     * @return the scores
     */
    public AnswerScores accumulateGradients(
            List<PromptAnswers> microBatch, float temperature, Function<AnswerScores, ScoreGradients> gradientOfLoss) {
        TreeLayout layout = layout(microBatch, temperature);
        if (layout.targetCount() == 0) {
            AnswerScores nothing = nothing(layout);
            layout.pack(gradientOfLoss.apply(nothing).logProbs());
            return nothing;
        }
        try (NDManager manager = TorchEngine.newManager()) {
            accumulated = true; // even when it fails half-way: what was added has to be forgotten
            TreePass pass = new TreePass(manager, model, module, layout, temperature);
            int keptLayers = memory.keptLayers(layout.width(), layout.targetCount(), memoryBytes);
            return pass.accumulate(gradients, keptLayers, gradientOfLoss);
        }
    }

    /**
     * Clips the gradient to a norm, takes a step, forgets the gradient.
     *
     * @param maxGradientNorm a gradient whose norm over all weights is larger is scaled down to it; infinity never
     *     clips
     * @return the norm before clipping
     * @throws NonFiniteGradientException when that norm is not finite: weights and moments stay as they are
     * @throws IllegalStateException when nothing was accumulated
     */
    public double step(double learningRate, double maxGradientNorm) {
        if (!accumulated) {
            throw new IllegalStateException("no gradient was accumulated since the last step");
        }
        if (!(maxGradientNorm > 0)) {
            throw new IllegalArgumentException("max-gradient-norm is " + maxGradientNorm + ", must be positive");
        }
        try (NDManager manager = TorchEngine.newManager()) {
            List<NDArray> used = List.copyOf(trained.values());
            double norm =
                    module.run(manager, "global_norm", used).singletonOrThrow().toFloatArray()[0];
            if (!Double.isFinite(norm)) {
                throw new NonFiniteGradientException(norm);
            }
            if (norm > maxGradientNorm) {
                module.call("scale", used, maxGradientNorm / norm);
            }
            optimizer.step(used, learningRate);
            return norm;
        } finally {
            forgetGradients();
        }
    }

    private void forgetGradients() {
        module.call("clear", List.copyOf(trained.values()));
        accumulated = false;
    }

    /** Returns the number of steps taken, including those before {@link #readMoments}. */
    public long steps() {
        return optimizer.step();
    }

    /**
     * Stores the moments as safetensors: {@code exp_avg.NAME} and {@code exp_avg_sq.NAME} of every weight that is trained, and
     * {@code step}. They are on the disk when this returns.
     *
     * @return SHA-256 of the file, in hexadecimal
     */
    public String writeMoments(Path file) {
        return optimizer.write(file);
    }

    /** Reads moments that {@link #writeMoments} stored. */
    public void readMoments(Path file) {
        optimizer.read(file);
    }

    /** Returns copies of the accumulated gradients, by Hugging Face's names of the weights. */
    Map<String, float[]> gradients() {
        Map<String, float[]> byName = new LinkedHashMap<>();
        trained.forEach((name, gradient) -> byName.put(name, gradient.toFloatArray()));
        return byName;
    }

    /** Frees gradients and moments; the model stays open. */
    @Override
    public void close() {
        optimizer.close();
        manager.close();
    }
}
