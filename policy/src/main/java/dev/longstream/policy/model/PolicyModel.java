package dev.longstream.policy.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.AdapterFolder;
import dev.longstream.policy.folder.AdapterWeights;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;
import org.jspecify.annotations.Nullable;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A policy's weights in float32 on the engine's device, and its compiled forward pass, which may round operands of
 * matrix products. Not thread-safe; sampling beside training needs a copy.
 *
 * <p>A policy may be a base with a LoRA adapter. Then only the adapter's matrices ever change, and those of the base's
 * layers are held in the type of products' operands.
 */
public final class PolicyModel implements AutoCloseable {
    private static final TorchSource NO_MORE_METHODS = TorchSource.of("");

    private final ModelConfig config;
    private final Optional<AdapterConfig> adapter;
    private final List<TensorSpec> tensors;
    private final NDManager manager;
    private final List<NDArray> weights;
    private final NDArray frequencies;
    private final ComputeType computeType;
    private final Map<TorchSource, TorchModule> modules;
    private final boolean ownsModules;
    private @Nullable Path base;

    /**
     * Creates a model with the tensors that a function makes.
     *
     * @param modules compiled methods of a model of the same shape, which outlives this one; null: it compiles its own
     * @param tensor makes a tensor in PyTorch's own memory
     */
    private PolicyModel(
            ModelConfig config,
            Optional<AdapterConfig> adapter,
            ComputeType computeType,
            NDManager manager,
            @Nullable Map<TorchSource, TorchModule> modules,
            Function<TensorSpec, NDArray> tensor) {
        this.config = config;
        this.adapter = adapter;
        this.tensors = adapter.map(shape -> shape.withBase(config)).orElseGet(config::tensors);
        this.computeType = computeType;
        this.manager = manager;
        this.modules = modules == null ? new HashMap<>() : modules;
        this.ownsModules = modules == null;
        this.weights = new ArrayList<>();
        for (TensorSpec spec : tensors) {
            weights.add(tensor.apply(spec));
        }
        this.frequencies = TorchEngine.constant(manager, roundedFrequencies(config), config.headSize() / 2);
    }

    /**
     * Rounds frequencies to float32, because models are trained so. At a hundred thousand positions the rounding is
     * visible.
     */
    private static double[] roundedFrequencies(ModelConfig config) {
        double[] frequencies = config.rope().inverseFrequencies(config.headSize());
        for (int pair = 0; pair < frequencies.length; pair++) {
            frequencies[pair] = (float) frequencies[pair];
        }
        return frequencies;
    }

    /**
     * Reads all weights of a folder, which can be closed afterwards. The compute type is
     * {@link TorchEngine#computeType}.
     */
    public static PolicyModel load(PolicyFolder folder) {
        return load(folder, TorchEngine.computeType());
    }

    /** Reads all weights of a folder, with its adapter if it is one; the folder can be closed afterwards. */
    public static PolicyModel load(PolicyFolder folder, ComputeType computeType) {
        return load(folder, folder.adapter(), computeType);
    }

    /**
     * Reads the weights of a folder and gives them an adapter. The compute type is {@link TorchEngine#computeType}.
     *
     * @param folder a whole policy, or an adapter, whose base is read
     */
    public static PolicyModel load(PolicyFolder folder, AdapterWeights adapter) {
        return load(folder, Optional.of(adapter), TorchEngine.computeType());
    }

    private static PolicyModel load(PolicyFolder folder, Optional<AdapterWeights> adapter, ComputeType computeType) {
        NDManager manager = TorchEngine.newManager();
        try (FolderWeights source = new FolderWeights(folder, adapter, computeType)) {
            PolicyModel model = new PolicyModel(
                    folder.config(),
                    adapter.map(AdapterWeights::config),
                    computeType,
                    manager,
                    null,
                    spec -> source.read(spec, manager));
            model.base = folder.base();
            return model;
        }
    }

    /** Returns the configuration. */
    public ModelConfig config() {
        return config;
    }

    /** Returns the type to which operands of matrix products are rounded. Weights are always float32. */
    public ComputeType computeType() {
        return computeType;
    }

    /** Makes a copy with weights of its own. */
    public PolicyModel copy() {
        NDManager newManager = TorchEngine.newManager();
        Iterator<NDArray> originals = weights.iterator();
        PolicyModel copied = new PolicyModel(config, adapter, computeType, newManager, null, spec -> {
            NDArray copy = originals.next().duplicate();
            copy.attach(newManager);
            return copy;
        });
        copied.base = base;
        return copied;
    }

    /**
     * Makes a model of this model's base with another adapter of the same shape. It shares the base's weights, and must be
     * closed before this model is.
     *
     * @throws IllegalArgumentException when this model has no adapter, or the other one has another shape
     */
    public PolicyModel withAdapter(AdapterWeights other) {
        requireSame(Optional.of(other.config()));
        NDManager newManager = TorchEngine.newManager();
        Iterator<NDArray> own = weights.iterator();
        PolicyModel sharing = new PolicyModel(config, adapter, computeType, newManager, modules, spec -> {
            NDArray shared = own.next();
            return AdapterConfig.isMatrix(spec)
                    ? TorchEngine.constant(newManager, other.floats(spec), spec.shape())
                    : shared;
        });
        sharing.base = base;
        return sharing;
    }

    /**
     * Copies the weights of a folder into this model, in place. Those of a base that is here already are not read again.
     *
     * @return whether weights of the base, or of a model without an adapter, have changed
     * @throws IllegalArgumentException when the folder's configuration differs
     */
    public boolean loadWeights(PolicyFolder folder) {
        requireSame(folder.config());
        requireSame(folder.adapter().map(AdapterWeights::config));
        boolean isWhole = adapter.isEmpty() || !folder.base().equals(base);
        TorchModule module = module(NO_MORE_METHODS);
        try (FolderWeights source = new FolderWeights(folder, folder.adapter(), ComputeType.FLOAT32)) {
            for (int i = 0; i < tensors.size(); i++) {
                if (isWhole || AdapterConfig.isMatrix(tensors.get(i))) {
                    try (NDArray value = source.read(tensors.get(i), manager)) {
                        module.call("assign", List.of(weights.get(i)), List.of(value));
                    }
                }
            }
        }
        base = folder.base();
        return isWhole;
    }

    /** Copies the weights of another model of the same configuration into this model, in place. */
    public void copyWeightsFrom(PolicyModel other) {
        requireSame(other.config);
        requireSame(other.adapter);
        module(NO_MORE_METHODS).call("assign", weights, other.weights);
        base = other.base;
    }

    private void requireSame(ModelConfig other) {
        if (!other.equals(config)) {
            throw new IllegalArgumentException("the weights have the configuration " + other + ", expected " + config);
        }
    }

    private void requireSame(Optional<AdapterConfig> other) {
        if (!other.equals(adapter)) {
            throw new IllegalArgumentException("the weights have "
                    + other.map(shape -> "an adapter of " + shape).orElse("no adapter") + ", expected "
                    + adapter.map(shape -> "one of " + shape).orElse("none"));
        }
    }

    /** Returns the shape of the adapter; empty if this is a whole policy, all of whose weights can change. */
    public Optional<AdapterConfig> adapter() {
        return adapter;
    }

    /**
     * Writes the adapter in PEFT's layout.
     *
     * @param folder existing folder
     * @param base folder of the base, from this folder on
     * @return SHA-256 of {@code adapter_model.safetensors}, in hexadecimal
     * @throws java.util.NoSuchElementException when there is no adapter
     */
    public String writeAdapter(Path folder, String base) {
        List<NamedTensor> matrices = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            TensorSpec spec = tensors.get(i);
            NDArray matrix = weights.get(i);
            if (AdapterConfig.isMatrix(spec)) {
                matrices.add(new NamedTensor(spec.name(), spec.shape(), () -> floats(matrix)));
            }
        }
        return AdapterFolder.write(folder, base, adapter.orElseThrow(), matrices);
    }

    /**
     * Writes the weights of a policy without an adapter under Hugging Face's names.
     *
     * @param file   usually a folder's {@code model.safetensors}
     * @param stored F32, or BF16, which rounds
     * @return SHA-256 of the file, in hexadecimal
     */
    public String writeWeights(Path file, DType stored) {
        List<NamedTensor> tensors = new ArrayList<>();
        byName().forEach((name, weight) ->
                tensors.add(new NamedTensor(name, weight.getShape().getShape(), () -> floats(weight))));
        return SafeTensors.write(file, tensors, stored);
    }

    /** Returns a view of the array's memory, or a copy if it is on another device. */
    private static FloatBuffer floats(NDArray array) {
        return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /** Returns copies of all weights, by Hugging Face's names. */
    public Map<String, float[]> weightValues() {
        Map<String, float[]> values = new LinkedHashMap<>();
        byName().forEach((name, weight) -> values.put(name, weight.toFloatArray()));
        return values;
    }

    private Map<String, NDArray> byName() {
        Map<String, NDArray> byName = new LinkedHashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            byName.put(tensors.get(i).name(), weights.get(i));
        }
        return byName;
    }

    /** Returns names and shapes of the weights: those of {@link ModelConfig#tensors}, and each layer's adapters behind its own. */
    public List<TensorSpec> tensors() {
        return tensors;
    }

    /** Returns whether training changes a weight: all do, or those of the adapter if there is one. */
    public boolean isTrained(TensorSpec tensor) {
        return adapter.isEmpty() || AdapterConfig.isMatrix(tensor);
    }

    /** Returns the weights in the order of {@link #tensors}. They change in place. */
    public List<NDArray> weights() {
        return List.copyOf(weights);
    }

    /** Returns the weights of one layer. */
    public List<NDArray> layerWeights(int layer) {
        return ofLayer(weights, layer);
    }

    /** Returns the scale of the norm after the last layer, (hiddenSize). */
    public NDArray finalNorm() {
        return finalNormOf(weights);
    }

    /** Returns the output head, (vocabularySize, hiddenSize). It is the embedding where they are tied. */
    public NDArray outputHead() {
        return outputHeadOf(weights);
    }

    /** Returns one layer's part of a list that is parallel to {@link #weights}. */
    public <T> List<T> ofLayer(List<T> all, int layer) {
        int perLayer = (weights.size() - (config.tiedEmbeddings() ? 2 : 3)) / config.layers();
        return all.subList(1 + layer * perLayer, 1 + (layer + 1) * perLayer);
    }

    /** Returns the base's part of a list that is parallel to {@link #layerWeights}. */
    public <T> List<T> baseOf(List<T> ofLayer) {
        return ofLayer.subList(0, ofLayer.size() - adapterSize());
    }

    /** Returns the adapter's part of a list that is parallel to {@link #layerWeights}: A and B of each target. */
    public <T> List<T> adapterOf(List<T> ofLayer) {
        return ofLayer.subList(ofLayer.size() - adapterSize(), ofLayer.size());
    }

    private int adapterSize() {
        return adapter.map(shape -> 2 * shape.targets().size()).orElse(0);
    }

    /** Returns the element for {@link #finalNorm} of a list that is parallel to {@link #weights}. */
    public <T> T finalNormOf(List<T> all) {
        return all.get(all.size() - (config.tiedEmbeddings() ? 1 : 2));
    }

    /** Returns the element for {@link #outputHead} of a list that is parallel to {@link #weights}. */
    public <T> T outputHeadOf(List<T> all) {
        return config.tiedEmbeddings() ? all.get(0) : all.get(all.size() - 1);
    }

    /** Returns the radians per position of each pair of a head's coordinates, (headSize / 2), float64. */
    public NDArray frequencies() {
        return frequencies;
    }

    /**
     * Returns the forward pass together with further methods that call it, compiled once for each source.
     *
     * @param methods may read all constants of the configuration
     */
    public TorchModule module(TorchSource methods) {
        return modules.computeIfAbsent(
                methods,
                more -> TorchModule.compile(
                        ForwardScript.of(config, tensors, adapter, computeType).and(more)));
    }

    @Override
    public void close() {
        if (ownsModules) {
            modules.values().forEach(TorchModule::close);
            modules.clear();
        }
        manager.close();
    }
}
