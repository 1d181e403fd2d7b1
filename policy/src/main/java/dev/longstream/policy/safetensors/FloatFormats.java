package dev.longstream.policy.safetensors;

/**
 * Converts sixteen-bit floats to and from {@code float}. Widening is exact; narrowing rounds to nearest, ties to even,
 * like PyTorch.
 */
public final class FloatFormats {
    private FloatFormats() {}

    /** Widens an IEEE 754 binary16 number: 1 sign, 5 exponent and 10 fraction bits. */
    public static float fromHalf(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >>> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) { // zero or subnormal: fraction · 2^-24, exact in float
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int widened = exponent == 0x1f ? 0xff : exponent + (127 - 15); // infinity and NaN keep an exponent of ones
        return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
    }

    /** Widens a bfloat16 number, which is a float's upper half. */
    public static float fromBrain(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** Rounds to the nearest bfloat16; NaN stays NaN, and a value beyond the largest bfloat16 becomes infinite. */
    public static short toBrain(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            // Quiet: a NaN whose payload is in the lower half alone must not become infinity.
            return (short) ((bits >>> 16) | 0x40);
        }
        int lowestKeptBit = (bits >>> 16) & 1;
        return (short) ((bits + 0x7fff + lowestKeptBit) >>> 16);
    }
}
