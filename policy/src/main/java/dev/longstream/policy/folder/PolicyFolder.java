package dev.longstream.policy.folder;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.file.FolderProblems;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An open Hugging Face folder with a policy, or PEFT's folder with a LoRA adapter together with its base's folder. Opening it
 * checks that the configuration and the weights agree.
 */
public final class PolicyFolder implements AutoCloseable {
    static final String CONFIG = "config.json";
    static final String TOKENIZER = "tokenizer.json";
    static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    static final String CHAT_TEMPLATE = "chat_template.jinja";
    static final String GENERATION_CONFIG = "generation_config.json";

    /** Files of a policy besides its configuration and weights. Training does not change them. */
    private static final List<String> AUXILIARY_FILES = List.of(
            TOKENIZER,
            TOKENIZER_CONFIG,
            CHAT_TEMPLATE,
            GENERATION_CONFIG,
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt");

    private final Path path;
    private final Path base;
    private final ModelConfig config;
    private final SafeTensors tensors;
    private final @Nullable AdapterFolder adapter;

    private PolicyFolder(Path path, ModelConfig config, SafeTensors tensors) {
        this.path = path;
        this.base = path;
        this.config = config;
        this.tensors = tensors;
        this.adapter = null;
    }

    private PolicyFolder(Path path, PolicyFolder base, AdapterFolder adapter) {
        this.path = path;
        this.base = base.base;
        this.config = base.config;
        this.tensors = base.tensors;
        this.adapter = adapter;
    }

    /**
     * Opens a folder with at least {@code config.json} and weights, or an adapter, which names the folder of its base.
     *
     * @throws PolicyFolderException with all problems at once: unsupported architecture, unreadable or truncated files,
     *     tensors that are missing, not expected, of the wrong shape or type
     */
    public static PolicyFolder open(Path path) {
        return AdapterFolder.isAdapter(path) ? open(path, AdapterFolder.base(path)) : openWhole(path);
    }

    /**
     * Opens an adapter with its base.
     *
     * @param adapter folder of the adapter
     * @param base folder of a whole policy; the one that the adapter names is ignored
     * @throws PolicyFolderException with all problems at once, as in {@link #open(Path)}
     */
    public static PolicyFolder open(Path adapter, Path base) {
        PolicyFolder opened = openWhole(base);
        try {
            return new PolicyFolder(adapter, opened, AdapterFolder.open(adapter, opened.config));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    @SuppressWarnings("NullAway") // config and tensors are null only together with a problem, which is thrown
    private static PolicyFolder openWhole(Path path) {
        if (!Files.isDirectory(path)) {
            throw new PolicyFolderException(path.toString(), "no such folder", null);
        }
        FolderProblems problems = new FolderProblems(path);
        ModelConfig config = null;
        SafeTensors tensors = null;
        try {
            config = ModelConfig.read(path.resolve(CONFIG));
        } catch (PolicyFolderException e) {
            e.problems().forEach(problem -> problems.add(CONFIG + ": " + problem));
        }
        try {
            tensors = SafeTensors.open(path);
        } catch (PolicyFolderException e) {
            problems.addAll(e);
        }
        if (config != null && tensors != null) {
            compare(config, tensors, problems);
        }
        if (problems.any()) {
            if (tensors != null) {
                tensors.close();
            }
            throw problems.exception();
        }
        return new PolicyFolder(path, config, tensors);
    }

    private static void compare(ModelConfig config, SafeTensors tensors, FolderProblems problems) {
        Set<String> expected = new HashSet<>();
        for (TensorSpec spec : config.tensors()) {
            String name = spec.name();
            expected.add(name);
            if (!tensors.names().contains(name)) {
                problems.add(tensors.path().getFileName() + ": tensor " + name + " is missing, expected "
                        + Arrays.toString(spec.shape()));
                continue;
            }
            if (!Arrays.equals(tensors.shape(name), spec.shape())) {
                problems.add(tensors.fileName(name) + ": tensor " + name + " has shape "
                        + Arrays.toString(tensors.shape(name)) + ", expected " + Arrays.toString(spec.shape()));
            }
            if (!tensors.dtype(name).isWeight()) {
                problems.add(tensors.fileName(name) + ": tensor " + name + " is stored as " + tensors.dtype(name)
                        + ", expected F32, F16 or BF16");
            }
        }
        for (String name : tensors.names()) {
            if (!expected.contains(name) && !isHarmless(name, config, tensors)) {
                problems.add(tensors.fileName(name) + ": tensor " + name + " " + Arrays.toString(tensors.shape(name))
                        + " is not expected by " + CONFIG);
            }
        }
    }

    /**
     * Tells whether a superfluous tensor may be ignored: RoPE's frequencies in early Llama folders, or a second copy of
     * a tied embedding.
     */
    private static boolean isHarmless(String name, ModelConfig config, SafeTensors tensors) {
        String embedding = "model.embed_tokens.weight";
        return name.endsWith(".rotary_emb.inv_freq")
                || (config.tiedEmbeddings()
                        && name.equals("lm_head.weight")
                        && tensors.names().contains(embedding)
                        && Arrays.equals(tensors.shape(name), tensors.shape(embedding))
                        && tensors.dtype(name).isWeight()
                        && tensors.dtype(embedding).isWeight()
                        && Arrays.equals(tensors.floats(name), tensors.floats(embedding)));
    }

    /** Returns the folder's path. */
    public Path path() {
        return path;
    }

    /** Returns the model's configuration. */
    public ModelConfig config() {
        return config;
    }

    /** Returns the weights, those of the base where this is an adapter; they are closed with this folder. */
    public SafeTensors tensors() {
        return tensors;
    }

    /** Returns the folder of the whole policy: that of the adapter's base, or this one. */
    public Path base() {
        return base;
    }

    /** Returns the adapter, which is closed with this folder; empty if this is a whole policy. */
    public Optional<AdapterWeights> adapter() {
        return Optional.ofNullable(adapter);
    }

    /** Returns the SHA-256 of the file that tells this version from others: of the adapter if there is one, else of the weights. */
    public String digest() {
        return adapter == null ? tensors.digest() : adapter.digest();
    }

    /**
     * Opens the folder's tokenizer; the caller closes it.
     *
     * @throws PolicyFolderException when {@code tokenizer.json} is missing or not understood, or has a token without a row
     *     of the embedding
     */
    public Tokenizer tokenizer() {
        Tokenizer tokenizer = Tokenizer.open(base.resolve(TOKENIZER));
        if (tokenizer.vocabularySize() > config.vocabularySize()) {
            tokenizer.close();
            throw new PolicyFolderException(
                    base.resolve(TOKENIZER).toString(),
                    "has token ids up to " + (tokenizer.vocabularySize() - 1) + ", but vocab_size in " + CONFIG + " is "
                            + config.vocabularySize() + ": the tokenizer is another model's",
                    null);
        }
        return tokenizer;
    }

    /**
     * Reads the template that renders conversations for this policy.
     *
     * @throws PolicyFolderException when the folder has no chat template, or one with constructs that are not supported
     */
    @SuppressWarnings("JavaTimeDefaultTimeZone") // a template prints the local date, like transformers
    public ChatTemplate chatTemplate() {
        return ChatTemplate.read(base, Clock.systemDefaultZone());
    }

    /** Reads the special tokens and the recommended sampling settings. */
    public GenerationSettings generation() {
        return GenerationSettings.read(base);
    }

    /**
     * Copies all files but the weights to another folder. The copies are exact, except that {@code config.json} states
     * the type of the weights there.
     *
     * @param target an existing folder
     * @param stored type of the weights in the target folder
     */
    public void copyAuxiliaryFiles(Path target, DType stored) {
        ObjectNode configJson = Json.readObject(base.resolve(CONFIG));
        configJson.remove("torch_dtype"); // the key's name until transformers 4.55; later versions read both
        configJson.put("torch_dtype", stored.torchName());
        if (configJson.has("dtype")) {
            configJson.put("dtype", stored.torchName());
        }
        Json.write(target.resolve(CONFIG), configJson);
        for (String name : AUXILIARY_FILES) {
            Path file = base.resolve(name);
            try {
                if (Files.exists(file)) {
                    Files.copy(file, target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            } catch (IOException e) {
                throw new PolicyFolderException(file.toString(), "cannot be copied to " + target + ": " + e, e);
            }
        }
    }

    /**
     * Copies all files of the whole policy as they are; of an adapter, those of its base.
     *
     * @param target an existing, empty folder
     */
    public void copyWhole(Path target) {
        List<Path> files = new ArrayList<>(tensors.files());
        files.add(base.resolve(CONFIG));
        AUXILIARY_FILES.forEach(name -> files.add(base.resolve(name)));
        for (Path file : files) {
            try {
                if (Files.exists(file)) {
                    Files.copy(file, target.resolve(String.valueOf(file.getFileName())));
                }
            } catch (IOException e) {
                throw new PolicyFolderException(file.toString(), "cannot be copied to " + target + ": " + e, e);
            }
        }
    }

    /** Copies all files but the weights to another folder whose weights are F32. */
    public void copyAuxiliaryFiles(Path target) {
        copyAuxiliaryFiles(target, DType.F32);
    }

    @Override
    public void close() {
        if (adapter != null) {
            adapter.close();
        }
        tensors.close();
    }
}
