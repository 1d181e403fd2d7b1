package dev.longstream.policy.folder;

import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.TensorSpec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The shape of a decoder, read from {@code config.json}.
 *
 * @param family            published architecture; the other components say how it differs from the others
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
 * @param maxPositions      maximum sequence length in tokens that the model is made for
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

        /** Returns the value of config.json's {@code model_type}. */
        public String modelType() {
            return modelType;
        }

        /** Returns the value of config.json's {@code architectures}. */
        public String architecture() {
            return architecture;
        }
    }

    /**
     * Creates a Llama without options: tied embeddings, no biases, no head norms, unscaled RoPE of base 10,000, epsilon
     * 1e-5.
     */
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
     * @throws PolicyFolderException with all keys that are missing, of the wrong type or unsupported
     */
    public static ModelConfig read(Path configJson) {
        return ConfigJson.read(configJson);
    }

    /**
     * Reads the {@code config.json} of a model folder, or of the base of an adapter's folder.
     *
     * @throws PolicyFolderException with all keys that are missing, of the wrong type or unsupported
     */
    public static ModelConfig in(Path folder) {
        Path base = AdapterFolder.isAdapter(folder) ? AdapterFolder.base(folder) : folder;
        return read(base.resolve(PolicyFolder.CONFIG));
    }

    /** Writes a {@code config.json} that other tools can read; it states float32 as the type of the weights. */
    public void write(Path configJson) {
        Json.write(configJson, ConfigJson.of(this, DType.F32));
    }

    /**
     * Returns the radians per position of each pair of a head's coordinates, scaling included: double[headSize / 2].
     */
    public double[] inverseFrequencies() {
        return rope.inverseFrequencies(headSize);
    }

    /** Returns the number of weights (parameters). */
    public long parameters() {
        return tensors().stream().mapToLong(TensorSpec::size).sum();
    }

    /**
     * Returns all stored tensors in fixed order: embedding, layers, final norm, head if untied; a bias follows its
     * weight.
     */
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
