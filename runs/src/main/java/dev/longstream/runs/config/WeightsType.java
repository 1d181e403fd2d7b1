package dev.longstream.runs.config;

import dev.longstream.policy.safetensors.DType;

/** Number format of the weights that rollouts and evaluation read. */
public enum WeightsType {
    /** Stores the weights as they are trained, 4 bytes each. */
    FLOAT32(DType.F32),
    /** Stores rounded weights, 2 bytes each. */
    BFLOAT16(DType.BF16);

    private final DType stored;

    WeightsType(DType stored) {
        this.stored = stored;
    }

    /** Returns the type in the weight file. */
    public DType stored() {
        return stored;
    }
}
