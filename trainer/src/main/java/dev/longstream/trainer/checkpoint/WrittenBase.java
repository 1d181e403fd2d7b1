package dev.longstream.trainer.checkpoint;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The base of a run's adapters, beside the checkpoints.
 *
 * @param folder folder in Hugging Face's layout
 * @param digest SHA-256 of {@code model.safetensors}; for shards, of a text with a line for each
 * @param bytes size of the files with the weights in bytes
 */
public record WrittenBase(Path folder, String digest, long bytes) {
    /** Returns the folder relative to the run's folder: {@code checkpoints/base}. */
    public String place() {
        Path checkpoints = Objects.requireNonNull(folder.getParent());
        return checkpoints.getFileName() + "/" + folder.getFileName();
    }
}
