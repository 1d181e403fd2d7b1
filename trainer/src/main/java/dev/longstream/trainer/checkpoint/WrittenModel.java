package dev.longstream.trainer.checkpoint;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A policy that is written to disk and about to be renamed to its final folder.
 *
 * @param folder the final folder
 * @param digest SHA-256 of {@code model.safetensors}
 * @param bytes size of {@code model.safetensors} in bytes
 */
public record WrittenModel(Path folder, String digest, long bytes) {
    /** Returns the folder relative to the run's folder: {@code checkpoints/step-000012/model}. */
    public String place() {
        Path step = Objects.requireNonNull(folder.getParent());
        Path checkpoints = Objects.requireNonNull(step.getParent());
        return checkpoints.getFileName() + "/" + step.getFileName() + "/" + folder.getFileName();
    }
}
