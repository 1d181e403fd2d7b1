package dev.longstream.policy.folder;

import dev.longstream.policy.safetensors.TensorSpec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Shape of a LoRA adapter (Hu et al. 2021). In every layer, each target, a linear map with the frozen weight W, gets two
 * matrices A and B, and computes y = x Wᵀ + (alpha / rank) (x Aᵀ) Bᵀ.
 *
 * @param rank    rows of A and columns of B
 * @param alpha   numerator of the scale of an adapter's product
 * @param targets names of linear maps among {@link #LINEAR_MAPS}, each once
 */
public record AdapterConfig(int rank, double alpha, List<String> targets) {
    /** Linear maps of a layer, in the order of the weight file. */
    public static final List<String> LINEAR_MAPS =
            List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

    /** Suffix of the name of a matrix A, (rank, inputs). */
    static final String A = ".lora_A.weight";

    /** Suffix of the name of a matrix B, (outputs, rank). */
    static final String B = ".lora_B.weight";

    private static final String WEIGHT = ".weight";

    /**
     * Sorts the targets.
     *
     * @throws IllegalArgumentException if a setting is out of range, or a target is unknown or named twice
     */
    public AdapterConfig {
        if (rank < 1) {
            throw new IllegalArgumentException("rank is " + rank + ", must be at least 1");
        }
        if (!(alpha > 0 && Double.isFinite(alpha))) {
            throw new IllegalArgumentException("alpha is " + alpha + ", must be positive");
        }
        List<String> given = List.copyOf(targets);
        if (given.isEmpty()
                || !LINEAR_MAPS.containsAll(given)
                || given.stream().distinct().count() < given.size()) {
            throw new IllegalArgumentException(
                    "targets is " + given + ", must name some of " + LINEAR_MAPS + ", each once");
        }
        targets = LINEAR_MAPS.stream().filter(given::contains).toList();
    }

    /** Returns the factor of an adapter's product. */
    public double scale() {
        return alpha / rank;
    }

    /** Returns the names and shapes of an adapter's matrices by layer: of each target A, then B. */
    List<List<TensorSpec>> byLayer(ModelConfig model) {
        Map<String, TensorSpec> weights =
                model.tensors().stream().collect(Collectors.toMap(TensorSpec::name, Function.identity()));
        List<List<TensorSpec>> layers = new ArrayList<>();
        for (int layer = 0; layer < model.layers(); layer++) {
            List<TensorSpec> ofLayer = new ArrayList<>();
            for (String target : targets) {
                String name = nameOf(layer, target);
                long[] shape =
                        Objects.requireNonNull(weights.get(name + WEIGHT)).shape();
                ofLayer.add(new TensorSpec(name + A, new long[] {rank, shape[1]}));
                ofLayer.add(new TensorSpec(name + B, new long[] {shape[0], rank}));
            }
            layers.add(List.copyOf(ofLayer));
        }
        return layers;
    }

    /** Returns the names and shapes of all matrices of an adapter for a model. */
    public List<TensorSpec> tensors(ModelConfig model) {
        return byLayer(model).stream().flatMap(List::stream).toList();
    }

    /** Returns the tensors of a model with those of its adapter: each layer's matrices follow the layer's own tensors. */
    public List<TensorSpec> withBase(ModelConfig model) {
        List<List<TensorSpec>> adapters = byLayer(model);
        List<TensorSpec> base = model.tensors();
        int perLayer = (base.size() - (model.tiedEmbeddings() ? 2 : 3)) / model.layers();
        List<TensorSpec> all = new ArrayList<>();
        all.add(base.get(0));
        for (int layer = 0; layer < model.layers(); layer++) {
            all.addAll(base.subList(1 + layer * perLayer, 1 + (layer + 1) * perLayer));
            all.addAll(adapters.get(layer));
        }
        all.addAll(base.subList(1 + model.layers() * perLayer, base.size()));
        return List.copyOf(all);
    }

    /** Returns whether a tensor is a matrix of an adapter. */
    public static boolean isMatrix(TensorSpec tensor) {
        return tensor.name().endsWith(A) || tensor.name().endsWith(B);
    }

    /** Returns the number of an adapter's weights (parameters). */
    public long parameters(ModelConfig model) {
        return tensors(model).stream().mapToLong(TensorSpec::size).sum();
    }

    private static String nameOf(int layer, String target) {
        int map = LINEAR_MAPS.indexOf(target);
        return "model.layers." + layer + (map < LINEAR_MAPS.indexOf("gate_proj") ? ".self_attn." : ".mlp.") + target;
    }

    @Override
    public String toString() {
        return "rank " + rank + ", alpha " + alpha + ", targets " + targets;
    }
}
