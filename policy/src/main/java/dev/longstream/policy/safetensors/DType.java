package dev.longstream.policy.safetensors;

/**
 * Element types of safetensors. Weights are read from F32, F16 and BF16 and written as F32 or BF16; other types are
 * only recognised.
 */
public enum DType {
    F32(4, "float32"),
    F16(2, "float16"),
    BF16(2, "bfloat16"),
    I64(8, "int64"),
    F64(8, "float64"),
    I32(4, "int32"),
    I16(2, "int16"),
    I8(1, "int8"),
    U64(8, "uint64"),
    U32(4, "uint32"),
    U16(2, "uint16"),
    U8(1, "uint8"),
    BOOL(1, "bool"),
    F8_E4M3(1, "float8_e4m3fn"),
    F8_E5M2(1, "float8_e5m2");

    private final int bytes;
    private final String torchName;

    DType(int bytes, String torchName) {
        this.bytes = bytes;
        this.torchName = torchName;
    }

    /** Returns the size of a value in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Returns the type's name in PyTorch and in config.json's {@code dtype}. */
    public String torchName() {
        return torchName;
    }

    /** Tells whether weights can be read from this type. */
    public boolean isWeight() {
        return this == F32 || this == F16 || this == BF16;
    }
}
