package dev.longstream.trainer.checkpoint;

import dev.longstream.policy.safetensors.DType;

/**
 * Format of the weights that others read.
 *
 * @param type F32: the weights that training continues from; BF16: a rounded copy beside them
 * @param deltas whether a rounded copy has a file with its differences from the version before
 */
public record AnnouncedFormat(DType type, boolean deltas) {
    /** The weights that training continues from. */
    public static final AnnouncedFormat FLOAT32 = new AnnouncedFormat(DType.F32, false);

    /** Returns whether others read a rounded copy. */
    public boolean isRounded() {
        return type == DType.BF16;
    }
}
