package dev.longstream.policy.model;

import java.util.Locale;

/** Element types of PyTorch's tensors, with the numbers by which TorchScript knows them. */
enum TorchType {
    INT64(4),
    FLOAT32(6),
    FLOAT64(7),
    BFLOAT16(15);

    private final int number;

    TorchType(int number) {
        this.number = number;
    }

    /** The number of the type in PyTorch's enumeration of scalar types. */
    int number() {
        return number;
    }

    /** The name by which our TorchScript reads the number, such as {@code float32} in {@code self.float32}. */
    String constant() {
        return name().toLowerCase(Locale.ROOT);
    }
}
