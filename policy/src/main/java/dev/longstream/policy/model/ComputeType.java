package dev.longstream.policy.model;

/**
 * What the operands of a layer's matrix products and of the attention in training are rounded to. Sums over them, weights, moments, the
 * residual, norms, softmax and logits are float32 in any case.
 */
public enum ComputeType {
    FLOAT32(6),
    /** Eight bits of mantissa: several times as fast on processors that have instructions for it. */
    BFLOAT16(15);

    private final int torchType;

    ComputeType(int torchType) {
        this.torchType = torchType;
    }

    /** PyTorch's number of the type. */
    public int torchType() {
        return torchType;
    }

    /** Bytes of an operand. */
    public int bytes() {
        return this == BFLOAT16 ? 2 : Float.BYTES;
    }
}
