package dev.longstream.policy.model;

import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.safetensors.TensorSpec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The forward pass of a configuration as TorchScript methods, {@code forward.py}, on which training and sampling build.
 *
 * <p>Weights come in the order of {@link ModelConfig#tensors}. Methods read the configuration's sizes as constants, and find a layer's tensors
 * by the constants {@code q_proj_weight}, {@code q_proj_bias}, {@code q_norm}, {@code input_norm} and so on: indices into the layer's list of
 * weights, −1 for a tensor that the configuration has not. {@code q_proj_lora} is the index of an adapter's A, which its B follows. No method names a device; tensors are made where their arguments are.
 */
final class ForwardScript {
    private static final TorchSource METHODS = TorchSource.read(ForwardScript.class, "forward.py");

    /** Linear maps of a layer, by their names in the weight file. */
    private static final List<String> LINEAR_MAPS = List.of(
            "self_attn.q_proj",
            "self_attn.k_proj",
            "self_attn.v_proj",
            "self_attn.o_proj",
            "mlp.gate_proj",
            "mlp.up_proj",
            "mlp.down_proj");

    private ForwardScript() {}

    /**
     * Returns the methods, and the constants of a configuration.
     *
     * @param tensors names of all weights: the configuration's, and those of an adapter if there is one
     * @param adapter shape of the adapter
     */
    static TorchSource of(
            ModelConfig config, List<TensorSpec> tensors, Optional<AdapterConfig> adapter, ComputeType computeType) {
        return of(config, tensors, adapter, computeType, PackedMatrices.METHODS);
    }

    /** Returns the methods for whole policies whose matrices are as they are stored, and the constants of a configuration. */
    static TorchSource asStored(ModelConfig config, ComputeType computeType) {
        return of(config, config.tensors(), Optional.empty(), computeType, PackedMatrices.AS_STORED);
    }

    private static TorchSource of(
            ModelConfig config,
            List<TensorSpec> tensors,
            Optional<AdapterConfig> adapter,
            ComputeType computeType,
            TorchSource products) {
        List<String> layer = layerTensors(tensors);
        TorchSource source = METHODS.and(products)
                .with("compute_type", computeType.torchType().number())
                .with("layers", config.layers())
                .with("tensors_per_layer", layer.size())
                .with("heads", config.heads())
                .with("key_value_heads", config.keyValueHeads())
                .with("queries_per_key", config.heads() / config.keyValueHeads())
                .with("head_size", config.headSize())
                .with("lora_scale", adapter.map(AdapterConfig::scale).orElse(0.0))
                .with("epsilon", config.rmsNormEpsilon())
                .with("rope_scaling", config.rope().attentionScaling())
                .with("attention_scale", 1 / Math.sqrt(config.headSize()))
                .with("query_key_norm", config.queryKeyNorm())
                .with("input_norm", layer.indexOf("input_layernorm.weight"))
                .with("post_attention_norm", layer.indexOf("post_attention_layernorm.weight"))
                .with("q_norm", layer.indexOf("self_attn.q_norm.weight"))
                .with("k_norm", layer.indexOf("self_attn.k_norm.weight"));
        for (String module : LINEAR_MAPS) {
            String name = module.substring(module.indexOf('.') + 1);
            source = source.with(name + "_weight", layer.indexOf(module + ".weight"))
                    .with(name + "_bias", layer.indexOf(module + ".bias"))
                    .with(name + "_lora", layer.indexOf(module + ".lora_A.weight"));
        }
        return source;
    }

    /** Names of a layer's tensors without the layer's prefix, in the order of the weights. */
    private static List<String> layerTensors(List<TensorSpec> tensors) {
        String prefix = "model.layers.0.";
        List<String> names = new ArrayList<>();
        tensors.forEach(tensor -> {
            if (tensor.name().startsWith(prefix)) {
                names.add(tensor.name().substring(prefix.length()));
            }
        });
        return names;
    }
}
