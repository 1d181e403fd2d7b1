package dev.longstream.policy.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.longstream.policy.safetensors.TensorSpec;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The costly parts of a gradient step on the model's first layer and its head, each alone and on the same inputs every time: what a benchmark
 * of them calls. Gradients add up and mean nothing; weights stay what they are but for the last bits.
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
    private final NDArray allRows;
    private final NDArray parts;
    private final NDArray places;

    /** By the layer: attention's output, its z, queries, keys, values, and the MLP's of each chunk. */
    private final NDList made;

    private final NDArray hidden;
    private final NDArray targets;
    private final NDArray temperature;
    private final NDList scores;
    private final NDList ofScores;

    /** @param microBatch laid out as a step does */
    public StepParts(PolicyModel model, List<PromptAnswers> microBatch) {
        this.model = model;
        this.module = model.module(TrainingText.of(model.config(), model.computeType()));
        this.layerWeights = model.layerWeights(0);
        this.gradients = new ArrayList<>();
        model.weights().forEach(weight -> gradients.add(manager.zeros(weight.getShape())));
        this.layerGradients = model.ofLayer(gradients, 0);
        List<String> names =
                model.config().tensors().stream().map(TensorSpec::name).toList();
        this.optimizer = new Optimizer(module, AdamW.DEFAULT, names, model.weights());
        TreeLayout layout = new TreeLayout(PrefixTree.of(microBatch));
        AttentionPlan.Encoded plan = layout.inner().encode();
        this.x =
                made("embed", model.weights().get(0), constant(layout.tokens())).singletonOrThrow();
        this.angles = made("angles", constant(layout.positions()), model.frequencies())
                .singletonOrThrow();
        this.allRows = constant(new long[0]);
        this.parts = TorchEngine.constant(manager, plan.parts(), plan.count(), AttentionPlan.NUMBERS);
        this.places = constant(plan.places());
        NDList all = made("layer", layerWeights, x, angles, allRows, parts, places, true);
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

    /** All queries of the layer to the keys that they attend to. */
    public void attention() {
        run("attend", made.get(2), made.get(3), made.get(4), parts, places);
    }

    /** The gradients of queries, keys and values. */
    public void attentionBackward() {
        NDArray ofOutput = made.get(0); // any of its shape
        run(
                "attend_backward",
                ofOutput,
                made.get(2),
                made.get(3),
                made.get(4),
                made.get(0),
                made.get(1),
                parts,
                places);
    }

    /** The whole layer, attention included, keeping what its gradient takes. */
    public void layer() {
        run("layer", layerWeights, x, angles, allRows, parts, places, true);
    }

    /** The layer's gradient from what was kept, attention included. */
    public void layerBackward() {
        run("layer_backward", layerWeights, layerGradients, x, angles, allRows, parts, places, made, x);
    }

    /** Log-probabilities and entropies of the answers' tokens. */
    public void headScores() {
        run("head_scores", model.outputHead(), hidden, targets, temperature);
    }

    /** The gradient of their log-probabilities, down to the head's input. */
    public void headBackward() {
        NDArray ofHead = model.outputHeadOf(gradients);
        run("head_backward", model.outputHead(), ofHead, hidden, targets, temperature, scores, ofScores);
    }

    /** AdamW on all of the model's weights. */
    public void optimizer() {
        optimizer.step(gradients, NO_LEARNING);
    }

    @Override
    public void close() {
        optimizer.close();
        manager.close();
    }
}
