package dev.longstream.runs.config;

import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.roofline.BfloatCheck;

import java.util.function.BooleanSupplier;

/** How it is decided in what this process computes matrix products. */
public enum ComputeTypeChoice {
    /** In bfloat16 where that is much faster on this machine and the policy is large enough to gain by it; a short measurement says. */
    AUTO,
    FLOAT32,
    BFLOAT16;

    /** In smaller products what is saved is lost again by rounding and copying. */
    private static final int MIN_HIDDEN_SIZE = 256;

    /**
     * Every model that this process loads from now on computes as chosen for {@code model}.
     *
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
                    "Products are to be computed in bfloat16 (model.compute-type or --compute-type), and a process that tried it here was ended;"
                            + " set auto or float32");
        }
        boolean rounded = this == BFLOAT16 || this == AUTO && hiddenSize >= MIN_HIDDEN_SIZE && pays.getAsBoolean();
        return rounded ? ComputeType.BFLOAT16 : ComputeType.FLOAT32;
    }
}
