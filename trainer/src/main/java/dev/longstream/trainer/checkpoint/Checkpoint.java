package dev.longstream.trainer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;

import java.nio.file.Path;

/**
 * A whole checkpoint on the disk.
 *
 * @param folder where it is
 * @param step gradient steps behind its weights; 0 for those the training began with
 * @param modelDigest SHA-256 of {@code model/model.safetensors}
 * @param modelBytes size of {@code model/model.safetensors}
 * @param state what the training keeps beside weights and moments
 */
public record Checkpoint(Path folder, long step, String modelDigest, long modelBytes, JsonNode state) {
    /** The policy in Hugging Face's layout. */
    public Path model() {
        return folder.resolve(Checkpoints.MODEL);
    }

    public Path moments() {
        return folder.resolve(Checkpoints.MOMENTS);
    }
}
