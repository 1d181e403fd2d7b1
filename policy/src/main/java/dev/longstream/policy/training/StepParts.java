package dev.longstream.policy.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;
import dev.longstream.policy.safetensors.TensorSpec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The costly parts of a gradient step, for benchmarks: each can be called alone, on the same inputs every time. They
 * run on the model's first layer and on its head. Gradients add up and mean nothing; weights change in their last bits
 * only.
 */
public final class StepParts implements AutoCloseable {
    private static final double NO_LEARNING = 1e-12;

    private final PolicyModel model;
    private final TorchModule module;
    private final NDManager manager = TorchEngine.newManager();
    private final List<NDArray> layerWeights;
    private final List<NDArray> gradients;
    private final List<NDArray> layerGradients;
    private final Optimizer optimizer;
    private final NDArray x;
    private final NDArray angles;
    private final NDArray parts;
    private final NDArray places;

    /** Rows (0), which stands for all; parts (parts, 5); places (places). */
    private final List<NDArray> plan;

    /**
     * Results of {@code layer} but its output: attention's output, log-sums, queries, keys, values, and gates of each
     * chunk.
     */
    private final NDList made;

    private final NDArray hidden;
    private final NDArray targets;
    private final NDArray temperature;
    private final NDList scores;
    private final NDList ofScores;

    /** Lays out a micro-batch as a step does, and computes the inputs of each part. */
    public StepParts(PolicyModel model, List<PromptAnswers> microBatch) {
        this.model = model;
        this.module = model.module(TrainingScript.of(model.config(), model.computeType()));
        this.layerWeights = model.layerWeights(0);
        this.gradients = new ArrayList<>();
        model.weights().forEach(weight -> gradients.add(manager.zeros(weight.getShape())));
        this.layerGradients = model.ofLayer(gradients, 0);
        List<String> names =
                model.tensors().stream().map(TensorSpec::name).toList();
        this.optimizer = new Optimizer(module, AdamW.DEFAULT, names, model.weights());
        TreeLayout layout = new TreeLayout(PrefixTree.of(microBatch));
        AttentionPlan.Encoded encoded = layout.inner().encode();
        this.x =
                made("embed", model.weights().get(0), constant(layout.tokens())).singletonOrThrow();
        this.angles = made("angles", constant(layout.positions()), model.frequencies())
                .singletonOrThrow();
        this.parts = TorchEngine.constant(manager, encoded.parts(), encoded.count(), AttentionPlan.NUMBERS);
        this.places = constant(encoded.places());
        this.plan = List.of(constant(new long[0]), parts, places);
        NDList all = made("layer", layerWeights, x, angles, plan, true);
        this.made = new NDList(all.subList(1, all.size()));
        this.hidden =
                made("hidden", model.finalNorm(), x, constant(layout.rows())).singletonOrThrow();
        this.targets = constant(layout.targets());
        this.temperature = TorchEngine.constant(manager, new float[] {1}, 1);
        this.scores = made("head_scores", model.outputHead(), hidden, targets, temperature);
        float[] ones = new float[layout.targetCount()];
        Arrays.fill(ones, 1);
        this.ofScores = new NDList(TorchEngine.constant(manager, ones, ones.length));
    }

    private NDArray constant(long[] values) {
        return TorchEngine.constant(manager, values, values.length);
    }

    private NDList made(String method, Object... arguments) {
        return module.run(manager, method, arguments);
    }

    private void run(String method, Object... arguments) {
        made(method, arguments).close();
    }

    /** Computes the attention of the whole layer. */
    public void attention() {
        run("attend", made.get(2), made.get(3), made.get(4), parts, places);
    }

    /** Computes the gradients of queries, keys and values. */
    public void attentionBackward() {
        NDArray outputGradient = made.get(0); // any array of its shape
        run("attend_backward", made.subList(0, 5), outputGradient, parts, places);
    }

    /** Computes the whole layer, attention included, and keeps what its gradient takes. */
    public void layer() {
        run("layer", layerWeights, x, angles, plan, true);
    }

    /** Computes the layer's gradient from what was kept, attention included. */
    public void layerBackward() {
        run("layer_backward", layerWeights, layerGradients, x, angles, plan, made, x);
    }

    /** Computes log-probabilities and entropies of the answers' tokens. */
    public void headScores() {
        run("head_scores", model.outputHead(), hidden, targets, temperature);
    }

    /** Computes the gradient of the log-probabilities, down to the head's input. */
    public void headBackward() {
        NDArray ofHead = model.outputHeadOf(gradients);
        run("head_backward", model.outputHead(), ofHead, hidden, targets, temperature, scores, ofScores);
    }

    /** Takes a step of AdamW on all of the model's weights. */
    public void optimizer() {
        optimizer.step(gradients, NO_LEARNING);
    }

    @Override
    public void close() {
        optimizer.close();
        manager.close();
    }
}
