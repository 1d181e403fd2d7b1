package dev.longstream.runs.config;

import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.roofline.BfloatCheck;

import java.util.function.BooleanSupplier;

/** Configured choice of the number format of matrix products. */
public enum ComputeTypeChoice {
    /** Chooses bfloat16 if the policy is large enough and a short measurement finds it much faster on this machine. */
    AUTO,
    /** Always computes in float32. */
    FLOAT32,
    /** Always computes in bfloat16. */
    BFLOAT16;

    /** Hidden size below which conversion to bfloat16 costs as much as it saves. */
    private static final int MIN_HIDDEN_SIZE = 256;

    /**
     * Sets and returns the number format for every model that this process loads from now on.
     *
     * @param model shape of the policy that AUTO decides for
     * @throws WrongUseException if bfloat16 is required where it would end the process
     */
    public ComputeType use(ModelConfig model) {
        ComputeType computeType = of(model.hiddenSize(), BfloatCheck::works, BfloatCheck::pays);
        TorchEngine.useComputeType(computeType);
        return computeType;
    }

    ComputeType of(int hiddenSize, BooleanSupplier works, BooleanSupplier pays) {
        if (this == BFLOAT16 && !works.getAsBoolean()) {
            throw new WrongUseException(
                    "model.compute-type (or --compute-type) is bfloat16, but this machine cannot compute in bfloat16: a test"
                            + " process crashed; set auto or float32");
        }
        boolean rounded = this == BFLOAT16 || (this == AUTO && hiddenSize >= MIN_HIDDEN_SIZE && pays.getAsBoolean());
        return rounded ? ComputeType.BFLOAT16 : ComputeType.FLOAT32;
    }
}
