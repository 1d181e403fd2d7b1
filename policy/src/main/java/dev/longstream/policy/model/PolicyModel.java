package dev.longstream.policy.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A policy's weights in float32 on the engine's device, and its compiled forward pass, which may round operands of
 * matrix products. Not thread-safe; sampling beside training needs a copy.
 */
public final class PolicyModel implements AutoCloseable {
    private static final TorchSource NO_MORE_METHODS = TorchSource.of("");

    private final ModelConfig config;
    private final NDManager manager;
    private final List<NDArray> weights;
    private final NDArray frequencies;
    private final ComputeType computeType;
    private final Map<TorchSource, TorchModule> modules = new HashMap<>();

    /**
     * Creates a model with the tensors that a function makes.
     *
     * @param tensor makes a tensor that belongs to the manager, in PyTorch's own memory
     */
    private PolicyModel(
            ModelConfig config, ComputeType computeType, NDManager manager, Function<TensorSpec, NDArray> tensor) {
        this.config = config;
        this.computeType = computeType;
        this.manager = manager;
        this.weights = new ArrayList<>();
        for (TensorSpec spec : config.tensors()) {
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

    /** Reads all weights of a folder; the folder can be closed afterwards. */
    public static PolicyModel load(PolicyFolder folder, ComputeType computeType) {
        NDManager manager = TorchEngine.newManager();
        ModelConfig config = folder.config();
        ByteBuffer through = staging(config);
        return new PolicyModel(config, computeType, manager, spec -> read(folder, spec, manager, through));
    }

    private static NDArray read(PolicyFolder folder, TensorSpec spec, NDManager manager, ByteBuffer through) {
        NDArray weights =
                TorchEngine.constant(manager, folder.tensors().floats(spec.name()), new Shape(spec.shape()), through);
        try (NDArray sum = weights.sum()) { // a number that is not finite makes the sum so
            if (!Float.isFinite(sum.toFloatArray()[0]) && hasNoNumber(weights)) {
                throw new PolicyFolderException(
                        folder.path().toString(),
                        "tensor " + spec.name() + " has NaN or infinite values: the weights are damaged",
                        null);
            }
        }
        return weights;
    }

    private static boolean hasNoNumber(NDArray weights) {
        for (float value : weights.toFloatArray()) {
            if (!Float.isFinite(value)) {
                return true;
            }
        }
        return false;
    }

    private static ByteBuffer staging(ModelConfig config) {
        long largest =
                config.tensors().stream().mapToLong(TensorSpec::size).max().orElseThrow();
        return ByteBuffer.allocateDirect(Math.toIntExact(largest * Float.BYTES)).order(ByteOrder.nativeOrder());
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
        return new PolicyModel(config, computeType, newManager, spec -> {
            NDArray copy = originals.next().duplicate();
            copy.attach(newManager);
            return copy;
        });
    }

    /**
     * Copies the weights of a folder into this model, in place.
     *
     * @throws IllegalArgumentException when the folder's configuration differs
     */
    public void loadWeights(PolicyFolder folder) {
        requireSame(folder.config());
        ByteBuffer through = staging(config);
        TorchModule module = module(NO_MORE_METHODS);
        List<TensorSpec> specs = config.tensors();
        for (int i = 0; i < specs.size(); i++) {
            try (NDArray value = read(folder, specs.get(i), manager, through)) {
                module.call("assign", List.of(weights.get(i)), List.of(value));
            }
        }
    }

    /** Copies the weights of another model of the same configuration into this model, in place. */
    public void copyWeightsFrom(PolicyModel other) {
        requireSame(other.config);
        module(NO_MORE_METHODS).call("assign", weights, other.weights);
    }

    private void requireSame(ModelConfig other) {
        if (!other.equals(config)) {
            throw new IllegalArgumentException("the weights have the configuration " + other + ", expected " + config);
        }
    }

    /**
     * Writes the weights under Hugging Face's names.
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
        List<TensorSpec> specs = config.tensors();
        for (int i = 0; i < specs.size(); i++) {
            byName.put(specs.get(i).name(), weights.get(i));
        }
        return byName;
    }

    /** Returns the weights in the order of {@link ModelConfig#tensors}. They change in place. */
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
                        ForwardScript.of(config, computeType).and(more)));
    }

    @Override
    public void close() {
        modules.values().forEach(TorchModule::close);
        modules.clear();
        manager.close();
    }
}
