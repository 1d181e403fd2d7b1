package dev.longstream.policy.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.file.FolderProblems;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.JsonFields;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An open LoRA adapter in PEFT's layout: {@code adapter_config.json} with rank and alpha, and {@code
 * adapter_model.safetensors}. Opening it checks that the matrices fit a base.
 *
 * <p>{@code base_model_name_or_path} names the folder of the base, from the adapter's folder on.
 */
public final class AdapterFolder implements AdapterWeights, AutoCloseable {
    /** Name of the file with the matrices. */
    public static final String WEIGHTS = "adapter_model.safetensors";

    private static final String CONFIG = "adapter_config.json";
    private static final String BASE = "base_model_name_or_path";
    private static final String PREFIX = "base_model.model.";
    private static final Pattern NAME = Pattern.compile(
            Pattern.quote(PREFIX) + "model\\.layers\\.\\d+\\.(?:self_attn|mlp)\\.(\\w+)\\.lora_[AB]\\.weight");

    /** Settings of PEFT that change what an adapter computes, each with the value under which it changes nothing. */
    private static final Map<String, String> UNUSED = new TreeMap<>(Map.ofEntries(
            Map.entry("peft_type", "\"LORA\""),
            Map.entry("bias", "\"none\""),
            Map.entry("use_dora", "false"),
            Map.entry("use_rslora", "false"),
            Map.entry("use_qalora", "false"),
            Map.entry("use_bdlora", "false"),
            Map.entry("fan_in_fan_out", "false"),
            Map.entry("lora_bias", "false"),
            Map.entry("alora_invocation_tokens", "[]"),
            Map.entry("rank_pattern", "{}"),
            Map.entry("alpha_pattern", "{}"),
            Map.entry("modules_to_save", "[]"),
            Map.entry("layer_replication", "[]")));

    private final AdapterConfig config;
    private final SafeTensors tensors;

    private AdapterFolder(AdapterConfig config, SafeTensors tensors) {
        this.config = config;
        this.tensors = tensors;
    }

    /** Tells whether a folder holds an adapter rather than a whole policy. */
    public static boolean isAdapter(Path folder) {
        return Files.exists(folder.resolve(CONFIG)) && !Files.exists(folder.resolve(PolicyFolder.CONFIG));
    }

    /**
     * Returns the folder of an adapter's base.
     *
     * @throws PolicyFolderException if the adapter names none that is on this machine
     */
    static Path base(Path folder) {
        JsonNode named = Json.readObject(folder.resolve(CONFIG)).path(BASE);
        Path base = folder.resolve(named.asText()).normalize();
        if (!named.isTextual() || named.asText().isEmpty() || !Files.isDirectory(base)) {
            throw new PolicyFolderException(
                    folder.resolve(CONFIG).toString(),
                    BASE + " is " + named + ", expected the folder of the base model: an absolute path, or one from "
                            + folder + " on",
                    null);
        }
        return base;
    }

    /**
     * Opens an adapter of a base.
     *
     * @param base configuration of the base
     * @throws PolicyFolderException with all problems at once: settings of PEFT that are not supported, matrices that are
     *     missing, not expected, of the wrong shape or type
     */
    static AdapterFolder open(Path folder, ModelConfig base) {
        FolderProblems problems = new FolderProblems(folder);
        ObjectNode json = Json.readObject(folder.resolve(CONFIG));
        JsonFields fields = new JsonFields(json, CONFIG + ": ", problems);
        int rank = fields.positiveInt("r");
        double alpha = fields.positiveNumber("lora_alpha");
        UNUSED.forEach((key, harmless) -> {
            if (fields.has(key) && !harmless.equals(json.get(key).toString())) {
                fields.wrong(key, json.get(key), harmless + ", or no such key");
            }
        });
        SafeTensors tensors = SafeTensors.open(folder.resolve(WEIGHTS));
        try {
            Set<String> targets = new HashSet<>();
            for (String name : tensors.names()) {
                Matcher matrix = NAME.matcher(name);
                if (matrix.matches() && AdapterConfig.LINEAR_MAPS.contains(matrix.group(1))) {
                    targets.add(matrix.group(1));
                } else {
                    problems.add(WEIGHTS + ": tensor " + name + " is not expected: only matrices of "
                            + AdapterConfig.LINEAR_MAPS + " in layers are supported");
                }
            }
            if (targets.isEmpty()) {
                problems.add(WEIGHTS + " has no matrix of an adapter");
            }
            problems.throwIfAny();
            AdapterConfig config = new AdapterConfig(rank, alpha, List.copyOf(targets));
            compare(config.tensors(base), tensors, problems);
            problems.throwIfAny();
            return new AdapterFolder(config, tensors);
        } catch (RuntimeException e) {
            tensors.close();
            throw e;
        }
    }

    private static void compare(List<TensorSpec> expected, SafeTensors tensors, FolderProblems problems) {
        for (TensorSpec spec : expected) {
            String name = PREFIX + spec.name();
            if (!tensors.names().contains(name)) {
                problems.add(WEIGHTS + ": tensor " + name + " is missing, expected " + Arrays.toString(spec.shape()));
            } else if (!Arrays.equals(tensors.shape(name), spec.shape())) {
                problems.add(WEIGHTS + ": tensor " + name + " has shape " + Arrays.toString(tensors.shape(name))
                        + ", expected " + Arrays.toString(spec.shape()) + " for this base");
            } else if (!tensors.dtype(name).isWeight()) {
                problems.add(WEIGHTS + ": tensor " + name + " is stored as " + tensors.dtype(name)
                        + ", expected F32, F16 or BF16");
            }
        }
        if (tensors.names().size() > expected.size()) {
            problems.add(WEIGHTS + " has " + tensors.names().size() + " tensors, expected " + expected.size()
                    + ": it is of another base");
        }
    }

    /**
     * Writes an adapter in float32.
     *
     * @param folder   existing folder
     * @param base     folder of the base, from this folder on
     * @param matrices the adapter's matrices under the names of {@link AdapterConfig#tensors}
     * @return SHA-256 of {@code adapter_model.safetensors}, in hexadecimal
     */
    public static String write(Path folder, String base, AdapterConfig config, List<NamedTensor> matrices) {
        describe(folder, base, config);
        List<NamedTensor> named = new ArrayList<>();
        for (NamedTensor matrix : matrices) {
            named.add(new NamedTensor(PREFIX + matrix.name(), matrix.shape(), matrix.values()));
        }
        return SafeTensors.write(folder.resolve(WEIGHTS), named, DType.F32);
    }

    /**
     * Writes {@code adapter_config.json}.
     *
     * @param folder existing folder
     * @param base folder of the base, from this folder on
     */
    public static void describe(Path folder, String base, AdapterConfig config) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("peft_type", "LORA");
        json.put("task_type", "CAUSAL_LM");
        json.put(BASE, base);
        json.put("r", config.rank());
        if (config.alpha() == Math.rint(config.alpha())) { // PEFT's own type
            json.put("lora_alpha", (long) config.alpha());
        } else {
            json.put("lora_alpha", config.alpha());
        }
        ArrayNode targets = json.putArray("target_modules");
        config.targets().forEach(targets::add);
        json.put("lora_dropout", 0.0);
        json.put("bias", "none");
        json.put("fan_in_fan_out", false);
        json.put("inference_mode", true);
        Json.write(folder.resolve(CONFIG), json);
    }

    /**
     * Changes the folder that an adapter names as its base, because one of them was moved.
     *
     * @param base folder of the base, from the adapter's folder on
     */
    public static void nameBase(Path folder, String base) {
        ObjectNode json = Json.readObject(folder.resolve(CONFIG));
        Json.write(folder.resolve(CONFIG), json.put(BASE, base));
    }

    @Override
    public AdapterConfig config() {
        return config;
    }

    @Override
    public float[] floats(TensorSpec matrix) {
        return tensors.floats(PREFIX + matrix.name());
    }

    /** Returns the SHA-256 of the file with the matrices, in hexadecimal. */
    String digest() {
        return tensors.digest();
    }

    @Override
    public void close() {
        tensors.close();
    }
}
