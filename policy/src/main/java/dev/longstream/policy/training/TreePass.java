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

/** One forward pass over a micro-batch, and its backward pass. Everything it makes belongs to the manager it is given. */
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
    private final Who inner;
    private final Who last;
    private final NDArray rows;
    private final NDArray targets;
    private final NDArray temperature;

    /** @param module has the methods of {@link TrainingText} */
    TreePass(NDManager manager, PolicyModel model, TorchModule module, TreeLayout layout, float temperature) {
        this.manager = manager;
        this.model = model;
        this.module = module;
        this.layout = layout;
        this.layers = model.config().layers();
        this.tokens = constant(layout.tokens());
        this.angles = module.forward(manager, "angles", constant(layout.positions()), model.frequencies())
                .singletonOrThrow();
        this.inner = new Who(new long[0], layout.inner().encode());
        this.last = new Who(layout.predictors(), layout.last().encode());
        this.rows = constant(layout.rows());
        this.targets = constant(layout.targets());
        this.temperature = TorchEngine.constant(manager, new float[] {temperature}, 1);
    }

    private NDArray constant(long[] values) {
        return TorchEngine.constant(manager, values, values.length);
    }

    /** A layer's rows that are gone on with, and who of them attends to whom. */
    private final class Who {
        private final NDArray rows;
        private final NDArray parts;
        private final NDArray places;

        Who(long[] rows, AttentionPlan.Encoded plan) {
            this.rows = constant(rows);
            this.parts = TorchEngine.constant(manager, plan.parts(), plan.count(), AttentionPlan.NUMBERS);
            this.places = constant(plan.places());
        }
    }

    private Who who(int layer) {
        return layer < layers - 1 ? inner : last;
    }

    AnswerScores score() {
        NDArray x = embed();
        for (int layer = 0; layer < layers; layer++) {
            NDList made = module.forward(manager, "layer", layerInputs(layer, x));
            x.close();
            x = made.get(0);
            made.subList(1, made.size()).forEach(NDArray::close);
        }
        return scores(hidden(x));
    }

    /**
     * @param gradients of all weights; added to
     * @param keep whether a layer keeps all that its backward pass needs, or only its input and its attention's output
     */
    AnswerScores accumulate(
            List<NDArray> gradients, boolean keep, Function<AnswerScores, ScoreGradients> gradientOfLoss) {
        List<NDList> kept = new ArrayList<>();
        NDArray x = embed();
        for (int layer = 0; layer < layers; layer++) {
            NDList made;
            if (keep) {
                made = module.record(manager, "layer_keeping", layerInputs(layer, x));
                x.close();
                kept.add(new NDList(made.subList(1, made.size())));
            } else {
                made = module.forward(manager, "layer", layerInputs(layer, x));
                kept.add(new NDList(x, made.get(1), made.get(2)));
            }
            x = made.get(0);
        }
        NDArray h = hidden(x);
        AnswerScores scores = scores(h);
        NDArray gradient = headBackward(gradients, x, h, gradientOfLoss.apply(scores));
        for (int layer = layers - 1; layer >= 0; layer--) {
            NDArray ofInput = keep
                    ? backwardKept(layer, gradients, kept.get(layer), gradient)
                    : backward(layer, gradients, kept.get(layer), gradient);
            gradient.close();
            kept.get(layer).close();
            gradient = ofInput;
        }
        module.forward(manager, "embed_backward", gradients.get(EMBEDDING), tokens, gradient);
        return scores;
    }

    private NDArray embed() {
        return module.forward(manager, "embed", model.weights().get(EMBEDDING), tokens)
                .singletonOrThrow();
    }

    private Object[] layerInputs(int layer, NDArray x) {
        Who who = who(layer);
        return new Object[] {model.layerWeights(layer), x, angles, who.rows, who.parts, who.places};
    }

    private NDArray backwardKept(int layer, List<NDArray> gradients, NDList kept, NDArray gradient) {
        Who who = who(layer);
        return module.record(
                        manager,
                        "layer_backward_kept",
                        model.layerWeights(layer),
                        model.ofLayer(gradients, layer),
                        kept,
                        who.parts,
                        who.places,
                        gradient)
                .singletonOrThrow();
    }

    /** @param kept input, attention's output, logarithm of the sum of exponentials of the scores */
    private NDArray backward(int layer, List<NDArray> gradients, NDList kept, NDArray gradient) {
        Who who = who(layer);
        return module.record(
                        manager,
                        "layer_backward",
                        model.layerWeights(layer),
                        model.ofLayer(gradients, layer),
                        kept.get(0),
                        angles,
                        who.rows,
                        who.parts,
                        who.places,
                        kept.get(1),
                        kept.get(2),
                        gradient)
                .singletonOrThrow();
    }

    private NDArray hidden(NDArray x) {
        return module.forward(manager, "hidden", model.finalNorm(), x, rows).singletonOrThrow();
    }

    private AnswerScores scores(NDArray h) {
        NDList found = module.forward(manager, "head_scores", model.outputHead(), h, targets, temperature);
        return new AnswerScores(
                layout.unpack(found.get(0).toFloatArray()),
                layout.unpack(found.get(1).toFloatArray()));
    }

    private NDArray headBackward(List<NDArray> gradients, NDArray x, NDArray h, ScoreGradients gradientOfScores) {
        NDArray ofLogProbs = constant(gradientOfScores.logProbs());
        NDArray ofHidden = gradientOfScores.entropies().isEmpty()
                ? module.forward(
                                manager,
                                "head_backward",
                                model.outputHead(),
                                model.outputHeadOf(gradients),
                                h,
                                targets,
                                temperature,
                                ofLogProbs)
                        .singletonOrThrow()
                : module.forward(
                                manager,
                                "head_backward_with_entropy",
                                model.outputHead(),
                                model.outputHeadOf(gradients),
                                h,
                                targets,
                                temperature,
                                ofLogProbs,
                                constant(gradientOfScores.entropies().get()))
                        .singletonOrThrow();
        return module.record(
                        manager, "hidden_backward", model.finalNorm(), model.finalNormOf(gradients), x, rows, ofHidden)
                .singletonOrThrow();
    }

    private NDArray constant(float[][][] gradientOfScores) {
        float[] packed = layout.pack(gradientOfScores);
        return TorchEngine.constant(manager, packed, packed.length);
    }
}
