package dev.longstream.policy.training;

import ai.djl.Device;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.RoundedAttentionScript;
import dev.longstream.policy.model.TorchSource;

/**
 * The attention of an {@link AttentionPlan} as TorchScript methods, forward and backward: {@code attention.py}, together with {@code
 * attention_alone.py} for operands in float32, or with {@link RoundedAttentionScript} for rounded ones.
 */
final class AttentionScript {
    /** Numbers of one block of scores, over all heads, on devices without the memory-efficient kernel: 64 MiB in float32. */
    private static final int WRITTEN_SCORES = 1 << 24;

    private static final TorchSource METHODS = TorchSource.read(AttentionScript.class, "attention.py")
            .with("written_scores", WRITTEN_SCORES)
            .with("part_causal", AttentionPlan.CAUSAL)
            .with("part_together", AttentionPlan.TOGETHER);

    private static final TorchSource ALONE = TorchSource.read(AttentionScript.class, "attention_alone.py");

    private AttentionScript() {}

    /** Returns the methods, with constants but those of the configuration. Only processors have the memory-efficient kernel. */
    static TorchSource of(Device device, ComputeType computeType) {
        return METHODS.and(computeType == ComputeType.FLOAT32 ? ALONE : RoundedAttentionScript.METHODS)
                .with("has_memory_efficient_kernel", !device.isGpu());
    }
}
