package dev.longstream.trainer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A complete checkpoint on disk.
 *
 * @param folder folder of the checkpoint
 * @param step gradient steps taken to reach its weights; 0 for the initial weights
 * @param modelDigest SHA-256 of {@code model/model.safetensors}, or of {@code model/adapter_model.safetensors}
 * @param modelBytes size of that file in bytes
 * @param state the training's own state, beside weights and moments
 */
public record Checkpoint(Path folder, long step, String modelDigest, long modelBytes, JsonNode state) {
    /** Folder of the policy in Hugging Face's layout, or of the adapter in PEFT's. */
    public Path model() {
        return folder.resolve(CheckpointFiles.MODEL);
    }

    /** File of the optimizer's moments; may be missing, see {@link #isWhole}. */
    public Path moments() {
        return folder.resolve(CheckpointFiles.MOMENTS);
    }

    /** Returns whether the checkpoint has moments. Others hold a version for its readers, and training cannot continue there. */
    public boolean isWhole() {
        return Files.exists(moments());
    }
}
