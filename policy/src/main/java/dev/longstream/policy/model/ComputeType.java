package dev.longstream.policy.model;

/**
 * What the operands of a layer's matrix products and of the attention in training are rounded to. Sums over them, weights, moments, the
 * residual, norms, softmax and logits are float32 in any case.
 */
public enum ComputeType {
    FLOAT32(TorchType.FLOAT32),
    /** Eight bits of mantissa: several times as fast on processors that have instructions for it. */
    BFLOAT16(TorchType.BFLOAT16);

    private final TorchType torchType;

    ComputeType(TorchType torchType) {
        this.torchType = torchType;
    }

    /** PyTorch's element type of an operand. */
    TorchType torchType() {
        return torchType;
    }

    /** Bytes of an operand. */
    public int bytes() {
        return this == BFLOAT16 ? 2 : Float.BYTES;
    }
}
