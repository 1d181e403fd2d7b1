package dev.longstream.trainer.learner;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A Llama of some 4,000 weights, drawn from a seed: the real forward and backward pass, in milliseconds. */
public final class TinyPolicy {
    private static final String CONFIG =
            """
            {
              "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
              "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2,
              "num_key_value_heads": 2, "head_dim": 8, "max_position_embeddings": 64, "rms_norm_eps": 1e-5,
              "rope_theta": 10000.0, "vocab_size": 13, "tie_word_embeddings": true, "bos_token_id": 1, "eos_token_id": 2
            }
            """;

    private TinyPolicy() {}

    /** Writes it in Hugging Face's layout, without a tokenizer. */
    public static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path config = Files.writeString(folder.resolve("config.json"), CONFIG);
        Random random = new Random(5);
        List<NamedTensor> tensors = ModelConfig.read(config).tensors().stream()
                .map(spec -> new NamedTensor(spec.name(), spec.shape(), values(spec, random)::duplicate))
                .toList();
        SafeTensors.write(folder.resolve("model.safetensors"), tensors, DType.F32);
        return folder;
    }

    private static FloatBuffer values(TensorSpec spec, Random random) {
        float[] values = new float[Math.toIntExact(spec.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = spec.name().contains("norm") ? 1 : (float) (0.3 * random.nextGaussian());
        }
        return FloatBuffer.wrap(values);
    }
}
