package dev.longstream.trainer.checkpoint;

/** Format of the weights that others read. */
public enum AnnouncedFormat {
    /** The weights that training continues from. */
    FLOAT32,
    /** A rounded copy beside the weights that training continues from. */
    BFLOAT16,
    /** A rounded copy, and a file with its differences from the version before. */
    BFLOAT16_WITH_DELTAS,
    /** An adapter, from which training continues as well; its base is written once. */
    ADAPTER;

    /** Returns whether others read a rounded copy. */
    public boolean isRounded() {
        return this == BFLOAT16 || this == BFLOAT16_WITH_DELTAS;
    }

    /** Returns whether a rounded copy has a file with its differences from the version before. */
    public boolean hasDeltas() {
        return this == BFLOAT16_WITH_DELTAS;
    }
}
