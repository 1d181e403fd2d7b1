package dev.longstream.policy.folder;

import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.TensorSpec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The shape of a decoder, as {@code config.json} states it.
 *
 * @param family            which published architecture; the differences between them are spelled out in the other components
 * @param vocabularySize    V, rows of the embedding; may exceed the tokenizer's
 * @param hiddenSize        width of the residual stream
 * @param layers            number of decoder layers
 * @param heads             query heads of a layer
 * @param keyValueHeads     key and value heads of a layer; divides {@code heads}
 * @param headSize          coordinates of a head, even; {@code heads * headSize} need not be {@code hiddenSize}
 * @param mlpSize           width inside the SwiGLU MLP
 * @param rmsNormEpsilon    added to the mean square before its root
 * @param tiedEmbeddings    the embedding is also the output head; there is no {@code lm_head.weight}
 * @param queryKeyValueBias q, k and v projections have a bias
 * @param outputBias        the attention's output projection has a bias
 * @param mlpBias           gate, up and down projections have a bias
 * @param queryKeyNorm      every query and key head is RMS-normalised before RoPE
 * @param rope              rotary position embedding
 * @param maxPositions      positions the model is meant for
 */
public record ModelConfig(
        Family family,
        int vocabularySize,
        int hiddenSize,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int mlpSize,
        double rmsNormEpsilon,
        boolean tiedEmbeddings,
        boolean queryKeyValueBias,
        boolean outputBias,
        boolean mlpBias,
        boolean queryKeyNorm,
        Rope rope,
        int maxPositions) {
    /** Architectures that can be read and written. */
    public enum Family {
        LLAMA("llama", "LlamaForCausalLM"),
        QWEN2("qwen2", "Qwen2ForCausalLM"),
        QWEN3("qwen3", "Qwen3ForCausalLM");

        private final String modelType;
        private final String architecture;

        Family(String modelType, String architecture) {
            this.modelType = modelType;
            this.architecture = architecture;
        }

        /** As in config.json's {@code model_type}. */
        public String modelType() {
            return modelType;
        }

        /** As in config.json's {@code architectures}. */
        public String architecture() {
            return architecture;
        }
    }

    /** A Llama with nothing optional: tied embeddings, no biases, no head norms, RoPE of base 10,000 unscaled, epsilon 1e-5. */
    public static ModelConfig llama(
            int vocabularySize,
            int hiddenSize,
            int layers,
            int heads,
            int keyValueHeads,
            int headSize,
            int mlpSize,
            int maxPositions) {
        return new ModelConfig(
                Family.LLAMA,
                vocabularySize,
                hiddenSize,
                layers,
                heads,
                keyValueHeads,
                headSize,
                mlpSize,
                1e-5,
                true,
                false,
                false,
                false,
                false,
                Rope.unscaled(10_000),
                maxPositions);
    }

    /**
     * Reads {@code config.json}.
     *
     * @throws PolicyFolderException with everything in it that is missing, of the wrong kind or not supported
     */
    public static ModelConfig read(Path configJson) {
        return ConfigJson.read(configJson);
    }

    /** Writes a {@code config.json} that other tools read; weights are announced as float32. */
    public void write(Path configJson) {
        Json.write(configJson, ConfigJson.of(this, DType.F32));
    }

    /** Radians per position of each pair of a head's coordinates, scaling applied; headSize / 2 of them. */
    public double[] inverseFrequencies() {
        return rope.inverseFrequencies(headSize);
    }

    /** Number of weights. */
    public long parameters() {
        return tensors().stream().mapToLong(TensorSpec::size).sum();
    }

    /** Every stored tensor, always in this order: embedding, layers, final norm, head if untied; a bias right after its weight. */
    public List<TensorSpec> tensors() {
        List<TensorSpec> tensors = new ArrayList<>();
        tensors.add(spec("model.embed_tokens.weight", vocabularySize, hiddenSize));
        for (int layer = 0; layer < layers; layer++) {
            String prefix = "model.layers." + layer + ".";
            int queries = heads * headSize;
            int keys = keyValueHeads * headSize;
            tensors.add(spec(prefix + "input_layernorm.weight", hiddenSize));
            addLinear(tensors, prefix + "self_attn.q_proj", queries, hiddenSize, queryKeyValueBias);
            addLinear(tensors, prefix + "self_attn.k_proj", keys, hiddenSize, queryKeyValueBias);
            addLinear(tensors, prefix + "self_attn.v_proj", keys, hiddenSize, queryKeyValueBias);
            addLinear(tensors, prefix + "self_attn.o_proj", hiddenSize, queries, outputBias);
            if (queryKeyNorm) {
                tensors.add(spec(prefix + "self_attn.q_norm.weight", headSize));
                tensors.add(spec(prefix + "self_attn.k_norm.weight", headSize));
            }
            tensors.add(spec(prefix + "post_attention_layernorm.weight", hiddenSize));
            addLinear(tensors, prefix + "mlp.gate_proj", mlpSize, hiddenSize, mlpBias);
            addLinear(tensors, prefix + "mlp.up_proj", mlpSize, hiddenSize, mlpBias);
            addLinear(tensors, prefix + "mlp.down_proj", hiddenSize, mlpSize, mlpBias);
        }
        tensors.add(spec("model.norm.weight", hiddenSize));
        if (!tiedEmbeddings) {
            tensors.add(spec("lm_head.weight", vocabularySize, hiddenSize));
        }
        return List.copyOf(tensors);
    }

    private static void addLinear(List<TensorSpec> tensors, String name, int out, int in, boolean bias) {
        tensors.add(spec(name + ".weight", out, in));
        if (bias) {
            tensors.add(spec(name + ".bias", out));
        }
    }

    private static TensorSpec spec(String name, long... shape) {
        return new TensorSpec(name, shape);
    }
}
