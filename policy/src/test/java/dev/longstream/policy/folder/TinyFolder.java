package dev.longstream.policy.folder;

import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** A folder of a Llama small enough to break in every way. */
public final class TinyFolder {
    public static final ModelConfig CONFIG = ModelConfig.llama(7, 8, 1, 2, 1, 4, 6, 32);

    private TinyFolder() {}

    static Path write(Path folder) {
        return write(folder, tensors -> tensors);
    }

    /**
     * Writes a tiny model folder with changed tensors.
     *
     * @param change change of the list of stored tensors
     */
    static Path write(Path folder, UnaryOperator<List<TensorSpec>> change) {
        CONFIG.write(folder.resolve("config.json"));
        SafeTensors.write(folder.resolve("model.safetensors"), tensors(change.apply(CONFIG.tensors())), DType.F32);
        return folder;
    }

    public static List<NamedTensor> tensors(List<TensorSpec> specs) {
        return specs.stream()
                .map(spec -> new NamedTensor(spec.name(), spec.shape(), () -> FloatBuffer.wrap(values(spec))))
                .toList();
    }

    private static float[] values(TensorSpec spec) {
        float[] values = new float[(int) spec.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i + 0.5f;
        }
        return values;
    }

    static void edit(Path file, UnaryOperator<String> change) {
        try {
            Files.writeString(file, change.apply(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
