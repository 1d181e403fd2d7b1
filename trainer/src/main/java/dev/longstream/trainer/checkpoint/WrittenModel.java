package dev.longstream.trainer.checkpoint;

import java.nio.file.Path;

/**
 * A policy that is written to disk and about to be renamed to its final folder.
 *
 * @param folder the final folder
 * @param digest SHA-256 of {@code model.safetensors}
 * @param bytes size of {@code model.safetensors} in bytes
 */
public record WrittenModel(Path folder, String digest, long bytes) {}
