package dev.longstream.policy.roofline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;
import dev.longstream.policy.model.TorchSource;
import org.jspecify.annotations.Nullable;

/**
 * Peak speeds of this machine, each the best of a few tries in this process with the threads that
 * {@link TorchEngine#useThreads} allows (Williams, Waterman and Patterson 2009, Roofline: an insightful visual
 * performance model).
 *
 * @param f32FlopsPerSecond operations a second of a product of two float32 matrices of 2,048 × 2,048
 * @param bf16FlopsPerSecond operations a second of such a product in bfloat16; null if it was not measured. The
 *     matrices are 256 × 256 on processors without bfloat16 instructions, which take more than ten times as long as for
 *     float32
 * @param bytesPerSecond bytes read from memory a second by a sum over 256 MiB
 */
public record Roofline(double f32FlopsPerSecond, @Nullable Double bf16FlopsPerSecond, double bytesPerSecond) {
    private static final int SIDE = 2048;

    /**
     * Side of the matrices of the first try in bfloat16. A processor without vector instructions for it needs most of a
     * minute for the larger.
     */
    private static final int SMALL_SIDE = 256;

    private static final double HOPELESS = 0.1;
    private static final long BYTES = 256L << 20;
    private static final int TRIES = 5;
    private static final TorchSource METHODS = TorchSource.read(Roofline.class, "roofline.py");

    /**
     * Measures this machine.
     *
     * @param bf16 whether to measure bfloat16. The process ends if the machine announces such instructions and then
     *     refuses them
     */
    public static Roofline measure(boolean bf16) {
        try (TorchModule module = TorchModule.compile(METHODS);
                NDManager manager = TorchEngine.newManager()) {
            double f32 = flopsPerSecond(module, SIDE, false);
            Double rounded = null;
            if (bf16) {
                rounded = flopsPerSecond(module, SMALL_SIDE, true);
                if (rounded > HOPELESS * f32) {
                    rounded = flopsPerSecond(module, SIDE, true);
                }
            }
            NDArray memory = manager.ones(new Shape(BYTES / Float.BYTES), DataType.FLOAT32);
            return new Roofline(f32, rounded, BYTES / bestSeconds(module, manager, "total", memory));
        }
    }

    private static double flopsPerSecond(TorchModule module, int side, boolean bf16) {
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray matrix = manager.ones(new Shape(side, side), DataType.FLOAT32);
            if (bf16) {
                matrix = module.run(manager, "rounded", matrix).singletonOrThrow();
            }
            return 2.0 * side * side * side / bestSeconds(module, manager, "product", matrix, matrix);
        }
    }

    private static double bestSeconds(TorchModule module, NDManager owner, String method, Object... arguments) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= TRIES; i++) {
            long start = System.nanoTime();
            module.run(owner, method, arguments).close();
            double seconds = (System.nanoTime() - start) / 1e9;
            best = i == 0 ? best : Math.min(best, seconds); // the first try warms up
        }
        return best;
    }
}
