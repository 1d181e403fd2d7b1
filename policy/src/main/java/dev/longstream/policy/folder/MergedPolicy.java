package dev.longstream.policy.folder;

import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a policy as one whole folder: an adapter is added to its base, W + (alpha / rank) B A. */
public final class MergedPolicy {
    private final PolicyFolder folder;
    private final Map<String, TensorSpec> matrices = new HashMap<>();

    private MergedPolicy(PolicyFolder folder) {
        this.folder = folder;
        folder.adapter()
                .ifPresent(adapter -> adapter.config()
                        .tensors(folder.config())
                        .forEach(matrix -> matrices.put(matrix.name(), matrix)));
    }

    /**
     * Writes a policy in Hugging Face's layout, tokenizer and configuration included. Without an adapter the weights are
     * copied.
     *
     * @param target created if it does not exist
     * @param stored F32, or BF16, which rounds
     * @return SHA-256 of {@code model.safetensors}, in hexadecimal
     * @throws PolicyFolderException if a file cannot be written
     */
    public static String write(PolicyFolder folder, Path target, DType stored) {
        try {
            Files.createDirectories(target);
        } catch (IOException e) {
            throw new PolicyFolderException(target.toString(), "cannot be created: " + e, e);
        }
        folder.copyAuxiliaryFiles(target, stored);
        MergedPolicy merged = new MergedPolicy(folder);
        List<NamedTensor> tensors = folder.config().tensors().stream()
                .map(spec ->
                        new NamedTensor(spec.name(), spec.shape(), () -> FloatBuffer.wrap(merged.values(spec.name()))))
                .toList();
        return SafeTensors.write(target.resolve(SafeTensors.SINGLE_FILE), tensors, stored);
    }

    private float[] values(String name) {
        float[] values = folder.tensors().floats(name);
        String map = name.replaceFirst("\\.weight$", "");
        TensorSpec a = matrices.get(map + AdapterConfig.A);
        TensorSpec b = matrices.get(map + AdapterConfig.B);
        folder.adapter()
                .filter(adapter -> a != null && b != null)
                .ifPresent(adapter -> add(values, adapter.floats(a), adapter.floats(b), adapter.config()));
        return values;
    }

    /** Adds scale · b · a to a matrix, (outputs, inputs). */
    private static void add(float[] to, float[] a, float[] b, AdapterConfig config) {
        int rank = config.rank();
        int inputs = a.length / rank;
        double[] row = new double[inputs];
        for (int out = 0; out < b.length / rank; out++) {
            for (int in = 0; in < inputs; in++) {
                row[in] = to[out * inputs + in];
            }
            for (int r = 0; r < rank; r++) {
                double factor = config.scale() * b[out * rank + r];
                for (int in = 0; in < inputs; in++) {
                    row[in] += factor * a[r * inputs + in];
                }
            }
            for (int in = 0; in < inputs; in++) {
                to[out * inputs + in] = (float) row[in];
            }
        }
    }
}
