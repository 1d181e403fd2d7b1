package dev.longstream.policy.model;

/**
 * The type to which operands of a layer's matrix products and of the attention in training are rounded. Sums over them,
 * weights, moments, the residual, norms, softmax and logits are float32 with either type.
 */
public enum ComputeType {
    /** Operands are not rounded. */
    FLOAT32(TorchType.FLOAT32),
    /** Operands have eight bits of mantissa. Several times as fast on processors that have instructions for it. */
    BFLOAT16(TorchType.BFLOAT16);

    private final TorchType torchType;

    ComputeType(TorchType torchType) {
        this.torchType = torchType;
    }

    /** PyTorch's element type of an operand. */
    TorchType torchType() {
        return torchType;
    }

    /** Returns the size of an operand in bytes. */
    public int bytes() {
        return this == BFLOAT16 ? 2 : Float.BYTES;
    }
}
