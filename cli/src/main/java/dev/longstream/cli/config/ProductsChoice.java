package dev.longstream.cli.config;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.Products;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.roofline.BfloatCheck;

/** How it is decided in what this process computes matrix products. */
public enum ProductsChoice {
    /** In bfloat16 where that is much faster on this machine and the policy is large enough to gain by it; a short measurement says. */
    AUTO,
    FLOAT32,
    BFLOAT16;

    /** In smaller products what is saved is lost again by rounding and copying. */
    private static final int LEAST_HIDDEN_SIZE = 256;

    /** Every model that this process loads from now on computes as chosen for {@code model}. */
    public Products use(ModelConfig model) {
        Products products =
                switch (this) {
                    case FLOAT32 -> Products.FLOAT32;
                    case BFLOAT16 -> Products.BFLOAT16;
                    case AUTO ->
                        model.hiddenSize() >= LEAST_HIDDEN_SIZE && BfloatCheck.pays()
                                ? Products.BFLOAT16
                                : Products.FLOAT32;
                };
        TorchEngine.useProducts(products);
        return products;
    }
}
