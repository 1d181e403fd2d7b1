package dev.longstream.policy.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * One forward pass over a micro-batch, and its backward pass. All arrays that it makes belong to the manager that it is
 * given. Shapes: T tokens of the {@link TreeLayout}, of which Q predict the M answer tokens.
 */
final class TreePass {
    /** Index of the embedding among the weights. */
    private static final int EMBEDDING = 0;

    private final NDManager manager;
    private final PolicyModel model;
    private final TorchModule module;
    private final TreeLayout layout;
    private final int layers;
    private final NDArray tokens;
    private final NDArray angles;
    private final List<NDArray> inner;
    private final List<NDArray> last;
    private final NDArray rows;
    private final NDArray targets;
    private final NDArray temperature;

    /**
     * Prepares a pass over one micro-batch.
     *
     * @param module has the methods of {@link TrainingScript}
     */
    TreePass(NDManager manager, PolicyModel model, TorchModule module, TreeLayout layout, float temperature) {
        this.manager = manager;
        this.model = model;
        this.module = module;
        this.layout = layout;
        this.layers = model.config().layers();
        this.tokens = constant(layout.tokens());
        this.angles = module.run(manager, "angles", constant(layout.positions()), model.frequencies())
                .singletonOrThrow();
        this.inner = plan(new long[0], layout.inner().encode());
        this.last = plan(layout.predictors(), layout.last().encode());
        this.rows = constant(layout.rows());
        this.targets = constant(layout.targets());
        this.temperature = TorchEngine.constant(manager, new float[] {temperature}, 1);
    }

    private NDArray constant(long[] values) {
        return TorchEngine.constant(manager, values, values.length);
    }

    /**
     * Returns rows (N) or (0), parts (parts, 5) and places (places): a plan's arrays, in the order of {@code layer.py}.
     */
    private List<NDArray> plan(long[] rows, AttentionPlan.Encoded plan) {
        return List.of(
                constant(rows),
                TorchEngine.constant(manager, plan.parts(), plan.count(), AttentionPlan.NUMBERS),
                constant(plan.places()));
    }

    /** Returns the plan of a layer: the last one computes predictors only. */
    private List<NDArray> plan(int layer) {
        return layer < layers - 1 ? inner : last;
    }

    AnswerScores score() {
        NDArray x = embed();
        for (int layer = 0; layer < layers; layer++) {
            NDList made = layer(layer, x, false);
            x.close();
            x = made.get(0);
            made.subList(1, made.size()).forEach(NDArray::close);
        }
        return unpacked(scores(hidden(x)));
    }

    /**
     * Goes forward and back, and adds the gradients of all weights to {@code gradients}.
     *
     * @param gradients  arrays of the weights' shapes, in their order; an empty array for a weight that is not trained
     * @param keptLayers number of layers, counted from the last, that keep all that their backward pass needs; the
     *     others keep their input and their attention's output, and compute the rest a second time
     */
    AnswerScores accumulate(
            List<NDArray> gradients, int keptLayers, Function<AnswerScores, ScoreGradients> gradientOfLoss) {
        List<NDArray> inputs = new ArrayList<>();
        List<NDList> made = new ArrayList<>();
        NDArray x = embed();
        for (int layer = 0; layer < layers; layer++) {
            inputs.add(x);
            NDList all = layer(layer, x, layer >= layers - keptLayers);
            made.add(new NDList(all.subList(1, all.size())));
            x = all.get(0);
        }
        NDArray h = hidden(x);
        NDList packed = scores(h);
        AnswerScores scores = unpacked(packed);
        NDArray gradient = headBackward(gradients, x, h, packed, gradientOfLoss.apply(scores));
        x.close();
        h.close();
        for (int layer = layers - 1; layer >= 0; layer--) {
            NDArray ofInput = backward(layer, gradients, inputs.get(layer), made.get(layer), gradient);
            gradient.close();
            inputs.get(layer).close();
            made.get(layer).close();
            gradient = ofInput;
        }
        module.call("embed_backward", gradients.get(EMBEDDING), tokens, gradient);
        gradient.close();
        return scores;
    }

    private NDArray embed() {
        return module.run(manager, "embed", model.weights().get(EMBEDDING), tokens)
                .singletonOrThrow();
    }

    /**
     * Returns a layer's output, its attention's output and log-sums, then the arrays that its gradient takes if they
     * are kept.
     */
    private NDList layer(int layer, NDArray x, boolean keep) {
        return module.run(manager, "layer", model.layerWeights(layer), x, angles, plan(layer), keep);
    }

    private NDArray backward(int layer, List<NDArray> gradients, NDArray x, NDList made, NDArray gradient) {
        return module.run(
                        manager,
                        "layer_backward",
                        model.layerWeights(layer),
                        model.ofLayer(gradients, layer),
                        x,
                        angles,
                        plan(layer),
                        made,
                        gradient)
                .singletonOrThrow();
    }

    private NDArray hidden(NDArray x) {
        return module.run(manager, "hidden", model.finalNorm(), x, rows).singletonOrThrow();
    }

    /** Returns log-probabilities, entropies and log-sums of the logits, (M, 1) each. */
    private NDList scores(NDArray h) {
        return module.run(manager, "head_scores", model.outputHead(), h, targets, temperature);
    }

    private AnswerScores unpacked(NDList scores) {
        return new AnswerScores(
                layout.unpack(scores.get(0).toFloatArray()),
                layout.unpack(scores.get(1).toFloatArray()));
    }

    private NDArray headBackward(
            List<NDArray> gradients, NDArray x, NDArray h, NDList scores, ScoreGradients gradientOfScores) {
        NDList ofScores = new NDList(constant(gradientOfScores.logProbs()));
        gradientOfScores.entropies().ifPresent(entropies -> ofScores.add(constant(entropies)));
        try (NDArray ofHidden = module.run(
                        manager,
                        "head_backward",
                        model.outputHead(),
                        model.outputHeadOf(gradients),
                        h,
                        targets,
                        temperature,
                        scores,
                        ofScores)
                .singletonOrThrow()) {
            return module.run(
                            manager,
                            "hidden_backward",
                            model.finalNorm(),
                            model.finalNormOf(gradients),
                            x,
                            rows,
                            ofHidden)
                    .singletonOrThrow();
        }
    }

    private NDArray constant(float[][][] gradientOfScores) {
        float[] packed = layout.pack(gradientOfScores);
        return TorchEngine.constant(manager, packed, packed.length);
    }
}
