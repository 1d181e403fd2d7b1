package dev.longstream.trainer.checkpoint;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A policy that is written to disk and about to be renamed to its final folder, with the weights that others read.
 *
 * @param folder the final folder
 * @param digest SHA-256 of {@code model.safetensors}, or of {@code adapter_model.safetensors}
 * @param bytes size of that file in bytes
 * @param delta differences from the version before, beside the folder; empty if there is no such file
 * @param base base that this is an adapter of; empty if it is a whole policy
 */
public record WrittenModel(
        Path folder, String digest, long bytes, Optional<WrittenDelta> delta, Optional<WrittenBase> base) {
    /** Returns the folder relative to the run's folder: {@code checkpoints/step-000012/model}. */
    public String place() {
        Path step = Objects.requireNonNull(folder.getParent());
        Path checkpoints = Objects.requireNonNull(step.getParent());
        return checkpoints.getFileName() + "/" + step.getFileName() + "/" + folder.getFileName();
    }

    /** Returns the delta's file relative to the run's folder: {@code checkpoints/step-000012/bfloat16.delta}. */
    public String deltaPlace() {
        return place() + VersionDeltas.SUFFIX;
    }
}
