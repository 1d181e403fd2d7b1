package dev.longstream.policy.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.file.FolderProblems;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.JsonFields;
import dev.longstream.policy.folder.ModelConfig.Family;
import dev.longstream.policy.safetensors.DType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Converts between {@code config.json} and {@link ModelConfig}. Absent keys have the defaults of the transformers
 * library 4.57.
 */
final class ConfigJson {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigJson.class);
    private static final double DEFAULT_THETA = 10_000;

    private static final int MAX_LAYERS = 10_000;

    private ConfigJson() {}

    static ModelConfig read(Path file) {
        return parse(file.toString(), Json.readObject(file));
    }

    private static ModelConfig parse(String what, ObjectNode root) {
        FolderProblems problems = new FolderProblems(what);
        JsonFields fields = new JsonFields(root, "", problems);
        Family family = family(root, problems);
        refuseUnsupported(fields);

        int hiddenSize = fields.positiveInt("hidden_size");
        int heads = fields.positiveInt("num_attention_heads");
        int keyValueHeads = keyValueHeads(fields, family, heads);
        int maxPositions = fields.positiveInt("max_position_embeddings");
        boolean attentionBias = family != Family.QWEN2 && fields.flag("attention_bias", false);
        Rope rope = rope(root, fields, maxPositions, problems);
        ModelConfig config = new ModelConfig(
                family,
                fields.positiveInt("vocab_size"),
                hiddenSize,
                layers(fields),
                heads,
                keyValueHeads,
                headSize(fields, family, hiddenSize, heads),
                fields.positiveInt("intermediate_size"),
                fields.positiveNumber("rms_norm_eps", 1e-6),
                fields.flag("tie_word_embeddings", false),
                attentionBias || family == Family.QWEN2,
                attentionBias,
                family == Family.LLAMA && fields.flag("mlp_bias", false),
                family == Family.QWEN3,
                rope,
                positions(rope, maxPositions));
        if (keyValueHeads > 0 && heads % keyValueHeads != 0) {
            problems.add("num_attention_heads is " + heads + " and num_key_value_heads " + keyValueHeads
                    + ", expected the first to be a multiple of the second");
        }
        if (config.headSize() % 2 != 0) {
            problems.add("head_dim is " + config.headSize() + ", expected an even number");
        }
        problems.throwIfAny();
        return config;
    }

    /** Returns the number of layers; each has tensors that are listed before they are compared with the files. */
    private static int layers(JsonFields fields) {
        int layers = fields.positiveInt("num_hidden_layers");
        if (layers > MAX_LAYERS) {
            fields.wrong("num_hidden_layers", fields.node("num_hidden_layers"), "at most " + MAX_LAYERS);
        }
        return layers;
    }

    private static Family family(ObjectNode root, FolderProblems problems) {
        String modelType = root.path("model_type").asText("");
        JsonNode architectures = root.path("architectures");
        String architecture = architectures.path(0).asText("");
        for (Family family : Family.values()) {
            boolean typeAgrees = modelType.isEmpty() || modelType.equals(family.modelType());
            boolean architectureAgrees = architecture.isEmpty() || architecture.equals(family.architecture());
            if (typeAgrees && architectureAgrees && !(modelType.isEmpty() && architecture.isEmpty())) {
                return family;
            }
        }
        problems.add("model_type is " + quoted(modelType) + " and architectures is "
                + (architectures.isMissingNode() ? "missing" : architectures)
                + ": unsupported architecture, expected one of "
                + Arrays.stream(Family.values())
                        .map(family -> family.modelType() + " (" + family.architecture() + ")")
                        .collect(Collectors.joining(", ")));
        return Family.LLAMA; // a placeholder, so that the other keys are checked, too
    }

    private static void refuseUnsupported(JsonFields fields) {
        JsonNode activation = fields.node("hidden_act");
        if (!activation.isMissingNode() && !activation.asText().equals("silu")) {
            fields.wrong("hidden_act", activation, "\"silu\"");
        }
        if (fields.flag("use_sliding_window", false)) {
            fields.wrong("use_sliding_window", fields.node("use_sliding_window"), "false: full attention only");
        }
        for (JsonNode type : fields.node("layer_types")) {
            if (!type.asText().equals("full_attention")) {
                fields.wrong("layer_types", fields.node("layer_types"), "\"full_attention\" in every layer");
                break;
            }
        }
        if (fields.has("quantization_config")) {
            fields.wrong("quantization_config", fields.node("quantization_config"), "none: weights as plain floats");
        }
        JsonNode part = fields.node("partial_rotary_factor");
        if (!part.isMissingNode() && part.doubleValue() != 1) {
            fields.wrong("partial_rotary_factor", part, "1");
        }
    }

    private static int keyValueHeads(JsonFields fields, Family family, int heads) {
        return family == Family.LLAMA
                ? fields.positiveInt("num_key_value_heads", heads)
                : fields.positiveInt("num_key_value_heads");
    }

    private static int headSize(JsonFields fields, Family family, int hiddenSize, int heads) {
        if (fields.has("head_dim")) {
            return fields.positiveInt("head_dim");
        }
        if (family == Family.QWEN3) {
            return 128;
        }
        if (heads > 0 && hiddenSize % heads != 0) {
            fields.wrong(
                    "head_dim",
                    fields.node("head_dim"),
                    "a value, as hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + heads);
        }
        return heads > 0 ? hiddenSize / heads : 0;
    }

    /**
     * Reads RoPE's settings: {@code rope_theta} and {@code rope_scaling} (whose {@code rope_type} early models call
     * {@code type}), or {@code rope_parameters} since transformers 5. Where a file has both, {@code rope_scaling} counts, as
     * in transformers 5.
     */
    private static Rope rope(ObjectNode root, JsonFields top, int maxPositions, FolderProblems problems) {
        boolean scalingCounts = !root.path("rope_parameters").isObject()
                || root.path("rope_scaling").isObject();
        String key = scalingCounts ? "rope_scaling" : "rope_parameters";
        double theta = top.positiveNumber(
                "rope_theta", root.path("rope_parameters").path("rope_theta").asDouble(DEFAULT_THETA));
        if (root.path("rope_parameters").isObject()
                && root.path("rope_scaling").isObject()
                && !kind(root.path("rope_parameters")).equals(kind(root.path("rope_scaling")))) {
            LOG.warn(
                    "config.json has rope_scaling of kind {} and rope_parameters of kind {}; rope_scaling counts",
                    kind(root.path("rope_scaling")),
                    kind(root.path("rope_parameters")));
        }
        if (!top.has(key)) {
            return Rope.unscaled(theta);
        }
        if (!(root.get(key) instanceof ObjectNode object)) {
            top.wrong(key, root.get(key), "an object");
            return Rope.unscaled(theta);
        }
        JsonFields fields = new JsonFields(object, key + ".", problems);
        theta = fields.positiveNumber("rope_theta", theta);
        String kindKey = fields.has("rope_type") || !fields.has("type") ? "rope_type" : "type";
        String kind = fields.has(kindKey) ? fields.text(kindKey) : "default";
        if (fields.has("partial_rotary_factor") && fields.positiveNumber("partial_rotary_factor") != 1) {
            fields.wrong("partial_rotary_factor", fields.node("partial_rotary_factor"), "1");
        }
        return switch (kind) {
            case "default" -> Rope.unscaled(theta);
            case "linear" -> new Rope(theta, new Rope.Linear(fields.positiveNumber("factor")));
            case "llama3" -> new Rope(theta, llama3(fields));
            case "yarn" -> new Rope(theta, yarn(fields, maxPositions));
            default -> {
                fields.wrong(kindKey, fields.node(kindKey), "one of default, linear, llama3, yarn");
                yield Rope.unscaled(theta);
            }
        };
    }

    private static String kind(JsonNode rope) {
        return rope.path("rope_type").asText(rope.path("type").asText("default"));
    }

    /**
     * Returns the number of positions, which YaRN extends: Qwen's documents add {@code rope_scaling} and leave
     * {@code max_position_embeddings} at the number of the training.
     */
    private static int positions(Rope rope, int maxPositions) {
        return rope.scaling() instanceof Rope.Yarn yarn
                ? Math.max(maxPositions, (int) Math.min(Integer.MAX_VALUE, yarn.factor() * yarn.originalMaxPositions()))
                : maxPositions;
    }

    private static Rope.Llama3 llama3(JsonFields fields) {
        Rope.Llama3 llama3 = new Rope.Llama3(
                fields.positiveNumber("factor"),
                fields.positiveNumber("low_freq_factor"),
                fields.positiveNumber("high_freq_factor"),
                fields.positiveInt("original_max_position_embeddings"));
        if (llama3.highFrequencyFactor() <= llama3.lowFrequencyFactor()) {
            fields.wrong("high_freq_factor", fields.node("high_freq_factor"), "more than low_freq_factor");
        }
        return llama3;
    }

    private static Rope.Yarn yarn(JsonFields fields, int maxPositions) {
        double factor = fields.positiveNumber("factor");
        double attentionFactor = Rope.Yarn.defaultAttentionFactor(factor);
        if (fields.has("attention_factor")) {
            attentionFactor = fields.positiveNumber("attention_factor");
        } else if (fields.has("mscale") && fields.has("mscale_all_dim")) {
            attentionFactor = Rope.Yarn.attentionFactor(factor, fields.positiveNumber("mscale"))
                    / Rope.Yarn.attentionFactor(factor, fields.positiveNumber("mscale_all_dim"));
        }
        return new Rope.Yarn(
                factor,
                fields.positiveInt("original_max_position_embeddings", maxPositions),
                fields.positiveNumber("beta_fast", 32),
                fields.positiveNumber("beta_slow", 1),
                attentionFactor,
                fields.flag("truncate", true));
    }

    /**
     * Renders a configuration as JSON that {@link #read} reads back.
     *
     * @throws IllegalArgumentException if the family cannot express it, e.g. a Qwen2 without biases
     */
    static ObjectNode of(ModelConfig config, DType stored) {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.putArray("architectures").add(config.family().architecture());
        root.put("model_type", config.family().modelType());
        root.put("dtype", stored.torchName());
        root.put("torch_dtype", stored.torchName()); // its name until transformers 4.55
        root.put("vocab_size", config.vocabularySize());
        root.put("hidden_size", config.hiddenSize());
        root.put("intermediate_size", config.mlpSize());
        root.put("num_hidden_layers", config.layers());
        root.put("num_attention_heads", config.heads());
        root.put("num_key_value_heads", config.keyValueHeads());
        root.put("head_dim", config.headSize());
        root.put("hidden_act", "silu");
        root.put("max_position_embeddings", config.maxPositions());
        root.put("rms_norm_eps", config.rmsNormEpsilon());
        root.put("tie_word_embeddings", config.tiedEmbeddings());
        root.put("attention_dropout", 0.0);
        root.put("use_cache", true);
        if (config.family() != Family.QWEN2) {
            root.put("attention_bias", config.outputBias());
        }
        if (config.family() == Family.LLAMA) {
            root.put("mlp_bias", config.mlpBias());
        } else {
            root.put("use_sliding_window", false);
        }
        root.put("rope_theta", config.rope().theta());
        root.set("rope_scaling", scaling(config.rope().scaling()));
        ModelConfig readBack = parse("config.json", root);
        if (!readBack.equals(config)) {
            throw new IllegalArgumentException("config.json of family " + config.family() + " cannot express " + config
                    + "; it would be read as " + readBack);
        }
        return root;
    }

    private static JsonNode scaling(Rope.Scaling scaling) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        if (scaling instanceof Rope.Linear linear) {
            return object.put("rope_type", "linear").put("factor", linear.factor());
        }
        if (scaling instanceof Rope.Llama3 llama3) {
            return object.put("rope_type", "llama3")
                    .put("factor", llama3.factor())
                    .put("low_freq_factor", llama3.lowFrequencyFactor())
                    .put("high_freq_factor", llama3.highFrequencyFactor())
                    .put("original_max_position_embeddings", llama3.originalMaxPositions());
        }
        if (scaling instanceof Rope.Yarn yarn) {
            return object.put("rope_type", "yarn")
                    .put("factor", yarn.factor())
                    .put("original_max_position_embeddings", yarn.originalMaxPositions())
                    .put("beta_fast", yarn.betaFast())
                    .put("beta_slow", yarn.betaSlow())
                    .put("attention_factor", yarn.attentionFactor())
                    .put("truncate", yarn.truncate());
        }
        return Json.MAPPER.nullNode();
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "missing" : '"' + text + '"';
    }
}
