package dev.longstream.trainer.checkpoint;

import java.nio.file.Path;

/**
 * A policy that is written and about to get its place.
 *
 * @param folder where it will be
 * @param digest SHA-256 of {@code model.safetensors}
 * @param bytes size of {@code model.safetensors}
 */
public record WrittenModel(Path folder, String digest, long bytes) {}
