package dev.longstream.policy.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.AdapterWeights;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.safetensors.TensorSpec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Reads the tensors of an open folder and of an adapter into arrays. Where there is an adapter, the base never changes, and
 * the matrices of its layers are rounded to the type of products' operands, which products would otherwise make of them.
 */
final class FolderWeights implements AutoCloseable {
    private static final TorchSource ROUNDED =
            TorchSource.of("def rounded(self, x: Tensor) -> Tensor:\n    return x.to(self.compute_type)\n");

    private final PolicyFolder folder;
    private final Optional<AdapterWeights> adapter;
    private final Optional<TorchModule> rounding;
    private final ByteBuffer through;

    FolderWeights(PolicyFolder folder, Optional<AdapterWeights> adapter, ComputeType computeType) {
        this.folder = folder;
        this.adapter = adapter;
        this.rounding = adapter.filter(present -> computeType != ComputeType.FLOAT32)
                .map(present -> TorchModule.compile(
                        ROUNDED.with("compute_type", computeType.torchType().number())));
        List<TensorSpec> tensors = adapter.map(present -> present.config().withBase(folder.config()))
                .orElseGet(folder.config()::tensors);
        long largest = tensors.stream().mapToLong(TensorSpec::size).max().orElseThrow();
        this.through = ByteBuffer.allocateDirect(Math.toIntExact(largest * Float.BYTES))
                .order(ByteOrder.nativeOrder());
    }

    /**
     * Reads a tensor.
     *
     * @throws PolicyFolderException if it has values that are no finite numbers
     */
    NDArray read(TensorSpec spec, NDManager manager) {
        Optional<AdapterWeights> source = adapter.filter(present -> AdapterConfig.isMatrix(spec));
        float[] values = source.map(matrices -> matrices.floats(spec))
                .orElseGet(() -> folder.tensors().floats(spec.name()));
        NDArray weights = TorchEngine.constant(manager, values, new Shape(spec.shape()), through);
        try (NDArray sum = weights.sum()) { // a number that is not finite makes the sum so
            if (!Float.isFinite(sum.toFloatArray()[0]) && hasNoNumber(weights)) {
                throw new PolicyFolderException(
                        folder.path().toString(),
                        "tensor " + spec.name() + " has NaN or infinite values: the weights are damaged",
                        null);
            }
        }
        if (rounding.isEmpty() || !isMatrixOfLayer(spec)) {
            return weights;
        }
        try (weights) {
            return rounding.get().run(manager, "rounded", weights).singletonOrThrow();
        }
    }

    private static boolean isMatrixOfLayer(TensorSpec spec) {
        return spec.shape().length > 1 && spec.name().startsWith("model.layers.") && !AdapterConfig.isMatrix(spec);
    }

    private static boolean hasNoNumber(NDArray weights) {
        for (float value : weights.toFloatArray()) {
            if (!Float.isFinite(value)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        rounding.ifPresent(TorchModule::close);
    }
}
