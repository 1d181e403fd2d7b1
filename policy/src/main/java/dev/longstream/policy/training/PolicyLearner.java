package dev.longstream.policy.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.GradientCollector;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.TensorSpec;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Trains one model: scores answers, adds up gradients over micro-batches, takes a step of AdamW. Only one thread of a process may record
 * gradients at a time, so there is one trainer thread a process.
 *
 * <p>The prompt of a group is computed once for all of its answers; log-probabilities, entropies and gradients are those of separate
 * sequences, up to rounding. No array of tokens × vocabulary is ever larger than 64 MiB. What the layers keep for the backward pass is
 * limited: where it would exceed the budget, only each layer's input is kept and the layer computed a second time (Chen et al. 2016).
 */
public final class PolicyLearner implements AutoCloseable {
    /** Bytes of activations that are kept rather than computed twice, where the caller does not say. */
    public static final long DEFAULT_ACTIVATION_BYTES = 2L << 30;

    private final PolicyModel model;
    private final TorchModule module;
    private final List<NDArray> weights;
    private final Optimizer optimizer;
    private final long activationBytes;
    private boolean accumulated;

    public PolicyLearner(PolicyModel model, AdamW settings) {
        this(model, settings, DEFAULT_ACTIVATION_BYTES);
    }

    /** @param activationBytes how much the layers may keep for the backward pass; 0 keeps as little as can be */
    public PolicyLearner(PolicyModel model, AdamW settings, long activationBytes) {
        this.model = model;
        this.module = module(model);
        this.weights = model.weights();
        this.activationBytes = activationBytes;
        List<String> names =
                model.config().tensors().stream().map(TensorSpec::name).toList();
        this.optimizer = new Optimizer(module, settings, names, weights);
        weights.forEach(weight -> weight.setRequiresGradient(true));
    }

    private static TorchModule module(PolicyModel model) {
        return model.module(TrainingText.of(model.config().vocabularySize()));
    }

    /**
     * Scores answers without a gradient.
     *
     * @param temperature T > 0; logits are divided by it
     */
    public static AnswerScores score(PolicyModel model, List<PromptAnswers> microBatch, float temperature) {
        PackedGroups packed = pack(microBatch, temperature);
        if (packed.targetCount() == 0) {
            return new AnswerScores(packed.unpack(new float[0]), packed.unpack(new float[0]));
        }
        try (NDManager manager = TorchEngine.newManager()) {
            NDList scores = module(model)
                    .run(
                            manager,
                            "score",
                            model.weights(),
                            tokens(manager, packed),
                            positions(manager, packed),
                            model.frequencies(),
                            owners(manager, packed),
                            TorchEngine.constant(manager, packed.promptLengths(), packed.size()),
                            predictors(manager, packed),
                            rows(manager, packed),
                            targets(manager, packed),
                            TorchEngine.constant(manager, new float[] {temperature}, 1));
            return scores(packed, scores);
        }
    }

    private static PackedGroups pack(List<PromptAnswers> microBatch, float temperature) {
        if (microBatch.isEmpty()) {
            throw new IllegalArgumentException("a micro-batch is empty, expected at least one prompt");
        }
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("temperature is " + temperature + ", must be positive");
        }
        return PackedGroups.of(microBatch);
    }

    private static AnswerScores scores(PackedGroups packed, NDList logProbsAndEntropies) {
        return new AnswerScores(
                packed.unpack(logProbsAndEntropies.get(0).toFloatArray()),
                packed.unpack(logProbsAndEntropies.get(1).toFloatArray()));
    }

    /**
     * Forward, then backward; the gradient is added to what is there.
     *
     * @param gradientOfLoss from the scores to d loss / d logProbs, of the same shape; 0 for tokens without loss. Called once, on this
     *     thread
     * @return the scores
     */
    public AnswerScores accumulate(
            List<PromptAnswers> microBatch, float temperature, Function<AnswerScores, float[][][]> gradientOfLoss) {
        PackedGroups packed = pack(microBatch, temperature);
        if (packed.targetCount() == 0) {
            AnswerScores nothing = new AnswerScores(packed.unpack(new float[0]), packed.unpack(new float[0]));
            packed.pack(gradientOfLoss.apply(nothing));
            return nothing;
        }
        try (NDManager manager = TorchEngine.newManager()) {
            accumulated = true; // even when it fails half-way: what was added has to be forgotten
            Pass pass = new Pass(manager, packed, temperature, gradientOfLoss);
            return activationBytes(packed) <= activationBytes ? pass.keepActivations() : pass.computeLayersTwice();
        }
    }

    /** Counted from the layer's text: what its operations keep of a token, in floats. */
    private long activationBytes(PackedGroups packed) {
        ModelConfig config = model.config();
        long attention = 6L * config.heads() * config.headSize();
        long aToken = 6L * config.hiddenSize() + attention + 4L * config.mlpSize();
        return (long) packed.size() * packed.width() * config.layers() * aToken * Float.BYTES;
    }

    /** One forward and backward pass over a micro-batch. */
    private final class Pass {
        private final NDManager manager;
        private final PackedGroups packed;
        private final Function<AnswerScores, float[][][]> gradientOfLoss;
        private final NDArray tokens;
        private final NDArray angles;
        private final NDArray mask;
        private final NDArray predictors;
        private final NDArray rows;
        private final NDArray targets;
        private final NDArray temperature;

        Pass(
                NDManager manager,
                PackedGroups packed,
                float temperature,
                Function<AnswerScores, float[][][]> gradientOfLoss) {
            this.manager = manager;
            this.packed = packed;
            this.gradientOfLoss = gradientOfLoss;
            this.tokens = tokens(manager, packed);
            this.predictors = predictors(manager, packed);
            this.rows = rows(manager, packed);
            this.targets = targets(manager, packed);
            this.temperature = TorchEngine.constant(manager, new float[] {temperature}, 1);
            this.angles = module.forward(manager, "angles", List.of(), positions(manager, packed), model.frequencies());
            this.mask = module.forward(
                    manager,
                    "mask",
                    List.of(),
                    tokens,
                    owners(manager, packed),
                    TorchEngine.constant(manager, packed.promptLengths(), packed.size()));
        }

        AnswerScores keepActivations() {
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray x = embed(manager);
                for (int layer = 0; layer < model.config().layers(); layer++) {
                    x = layer(manager, layer, x);
                }
                NDArray h = predicting(manager, x);
                Head head = new Head(h);
                AnswerScores scores = head.scores();
                backward(collector, manager, h, head.backward(collector, gradientOfLoss.apply(scores)));
                return scores;
            }
        }

        AnswerScores computeLayersTwice() {
            int layers = model.config().layers();
            List<NDArray> inputs = new ArrayList<>();
            inputs.add(embed(manager));
            for (int layer = 0; layer < layers; layer++) {
                inputs.add(layer(manager, layer, inputs.get(layer)));
            }
            Head head = new Head(predicting(manager, inputs.get(layers)));
            AnswerScores scores = head.scores();
            float[][][] gradientOfScores = gradientOfLoss.apply(scores);
            NDArray gradient;
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                gradient = head.backward(collector, gradientOfScores);
            }
            gradient = backwardAgain(inputs.get(layers), gradient, this::predicting);
            for (int i = layers - 1; i >= 0; i--) {
                int layer = i;
                inputs.get(i + 1).close();
                gradient = backwardAgain(inputs.get(i), gradient, (owner, x) -> layer(owner, layer, x));
            }
            try (NDManager owner = manager.newSubManager();
                    GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                backward(collector, owner, embed(owner), gradient);
            }
            return scores;
        }

        /** The gradient of {@code input} from that of {@code stage(input)}, which is given up. */
        private NDArray backwardAgain(NDArray input, NDArray gradient, Stage stage) {
            input.setRequiresGradient(true);
            try (NDManager owner = manager.newSubManager();
                    GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                backward(collector, owner, stage.apply(owner, input), gradient);
            }
            gradient.close();
            return input.getGradient();
        }

        private void backward(GradientCollector collector, NDManager owner, NDArray output, NDArray gradient) {
            collector.backward(module.forward(owner, "inner_product", List.of(), output, gradient));
        }

        private NDArray embed(NDManager owner) {
            return module.forward(owner, "embed", weights.subList(0, 1), tokens);
        }

        private NDArray layer(NDManager owner, int layer, NDArray x) {
            List<NDArray> layerWeights = model.layerWeights(layer);
            return layer < model.config().layers() - 1
                    ? module.forward(owner, "layer", layerWeights, x, angles, mask)
                    : module.forward(owner, "last_layer", layerWeights, x, angles, mask, predictors);
        }

        private NDArray predicting(NDManager owner, NDArray x) {
            return module.forward(owner, "predicting", List.of(model.finalNorm()), x, rows);
        }

        /**
         * The output head, a block of rows at a time. Its backward pass ends at the hidden states, whose gradient it returns: so no more than
         * one block of logits is alive.
         */
        private final class Head {
            private final int blockRows = TrainingText.headRows(model.config().vocabularySize());
            private final NDArray h;

            Head(NDArray h) {
                this.h = h.stopGradient();
                this.h.attach(manager);
            }

            AnswerScores scores() {
                return PolicyLearner.scores(
                        packed, module.run(manager, "head_scores", model.outputHead(), h, targets, temperature));
            }

            NDArray backward(GradientCollector collector, float[][][] gradientOfScores) {
                float[] packedGradient = packed.pack(gradientOfScores);
                NDArray gradient = TorchEngine.constant(manager, packedGradient, packedGradient.length);
                NDList gradients = new NDList();
                for (int start = 0; start < packedGradient.length; start += blockRows) {
                    NDIndex block =
                            new NDIndex().addSliceDim(start, Math.min(start + blockRows, packedGradient.length));
                    NDArray leaf = h.get(block).stopGradient();
                    leaf.attach(manager);
                    leaf.setRequiresGradient(true);
                    collector.backward(module.forward(
                            manager,
                            "head_loss",
                            List.of(model.outputHead()),
                            leaf,
                            targets.get(block),
                            temperature,
                            gradient.get(block)));
                    gradients.add(leaf.getGradient());
                }
                return NDArrays.concat(gradients);
            }
        }
    }

    /** Part of the forward pass. */
    private interface Stage {
        NDArray apply(NDManager owner, NDArray input);
    }

    private static NDArray tokens(NDManager manager, PackedGroups packed) {
        return TorchEngine.constant(manager, packed.tokens(), packed.size(), packed.width());
    }

    private static NDArray positions(NDManager manager, PackedGroups packed) {
        return TorchEngine.constant(manager, packed.positions(), packed.size(), packed.width());
    }

    private static NDArray owners(NDManager manager, PackedGroups packed) {
        return TorchEngine.constant(manager, packed.owners(), packed.size(), packed.answerWidth());
    }

    private static NDArray predictors(NDManager manager, PackedGroups packed) {
        return TorchEngine.constant(manager, packed.predictors(), packed.predictors().length);
    }

    private static NDArray rows(NDManager manager, PackedGroups packed) {
        return TorchEngine.constant(manager, packed.rows(), packed.targetCount());
    }

    private static NDArray targets(NDManager manager, PackedGroups packed) {
        return TorchEngine.constant(manager, packed.targets(), packed.targetCount());
    }

    /**
     * Clips the gradient to a norm, takes a step, forgets the gradient.
     *
     * @param maxGradientNorm a gradient whose norm over all weights is larger is scaled down to it; infinity never clips
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
        List<NDArray> gradients = gradientHandles();
        try (NDManager manager = TorchEngine.newManager()) {
            double norm = module.run(manager, "global_norm", gradients)
                    .singletonOrThrow()
                    .toFloatArray()[0];
            if (!Double.isFinite(norm)) {
                throw new NonFiniteGradientException(norm);
            }
            if (norm > maxGradientNorm) {
                module.call("scale", gradients, maxGradientNorm / norm);
            }
            optimizer.step(gradients, learningRate);
            return norm;
        } finally {
            gradients.forEach(NDArray::close);
            forgetGradients();
        }
    }

    /** The weights' gradients; to be closed. */
    private List<NDArray> gradientHandles() {
        return weights.stream().map(NDArray::getGradient).toList();
    }

    private void forgetGradients() {
        List<NDArray> gradients = gradientHandles();
        module.call("clear", gradients);
        gradients.forEach(NDArray::close);
        accumulated = false;
    }

    /** Steps taken, those before {@link #readMoments} included. */
    public long steps() {
        return optimizer.step();
    }

    /** Stores the moments as safetensors: {@code exp_avg.NAME} and {@code exp_avg_sq.NAME} of every weight, and {@code step}. */
    public void writeMoments(Path file) {
        optimizer.write(file);
    }

    /** Takes over moments that {@link #writeMoments} stored. */
    public void readMoments(Path file) {
        optimizer.read(file);
    }

    /** The accumulated gradients, copied, by Hugging Face's names of the weights. */
    Map<String, float[]> gradients() {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        List<TensorSpec> specs = model.config().tensors();
        for (int i = 0; i < specs.size(); i++) {
            try (NDArray gradient = weights.get(i).getGradient()) {
                gradients.put(specs.get(i).name(), gradient.toFloatArray());
            }
        }
        return gradients;
    }

    /** Forgets gradients and frees moments; the model stays open. */
    @Override
    public void close() {
        if (accumulated) {
            forgetGradients();
        }
        weights.forEach(weight -> weight.setRequiresGradient(false));
        optimizer.close();
    }
}
