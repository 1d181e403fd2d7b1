package dev.longstream.policy.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Starts PyTorch in this process, chooses the device and configures threads.
 *
 * <p>Rules for code that touches an {@code NDArray}, each guarded by a test:
 *
 * <ul>
 *   <li>An array made from Java memory shares it: PyTorch reads freed memory once the array is closed and collected.
 *       Make constants with {@link #constant}, which copies them into PyTorch's memory; never use {@code mul(Number)}
 *       and its like.
 *   <li>PyTorch records no gradients: they are written by hand, and no array requires one.
 *   <li>A bfloat16 or int16 array made through DJL ends the process; so does a call for the gradient function of an
 *       array without one.
 *   <li>A result belongs to its first operand's manager; with a weight as first operand, it would live as long as the
 *       weight.
 *   <li>TorchScript's graph optimizer is off: it compiles anew for every shape and is no faster.
 * </ul>
 */
public final class TorchEngine {
    private static final String NAME = "PyTorch";

    private static volatile int threads;
    private static volatile ComputeType computeType = ComputeType.FLOAT32;
    private static final ThreadLocal<Integer> PREPARED_FOR = ThreadLocal.withInitial(() -> -1);

    private TorchEngine() {}

    /** Starts PyTorch at first use, from the native libraries on the class path alone. */
    private static final class Started {
        static final Engine ENGINE = start();
        static final Device DEVICE = ENGINE.getGpuCount() > 0 ? Device.gpu(0) : Device.cpu();
        static final NDManager ROOT = NDManager.newBaseManager(DEVICE, NAME);

        private static Engine start() {
            if (System.getProperty("ai.djl.offline") == null) {
                System.setProperty("ai.djl.offline", "true");
            }
            // The tokenizers' library contains a second engine; PyTorch must be the default.
            System.setProperty("ai.djl.default_engine", NAME);
            System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
            return Engine.getEngine(NAME);
        }
    }

    /** Returns the first GPU, or the processor if there is none. */
    public static Device device() {
        return Started.DEVICE;
    }

    /** Returns the kind of device that another machine may have, for scripts that it runs. */
    public static Device elsewhere(boolean gpu) {
        return gpu ? Device.gpu() : Device.cpu();
    }

    /** Returns whether {@link #device} is a GPU. */
    public static boolean isOnGpu() {
        return device().isGpu();
    }

    /** Returns the memory of {@link #device} in bytes: the GPU's, or that of the machine or container. */
    public static long memoryBytes() {
        if (isOnGpu()) {
            return CudaUtils.getGpuMemory(device()).getMax();
        }
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    /**
     * Sets the number of threads that one operation of a calling thread may use from now on.
     *
     * @param count number of threads; 0 for PyTorch's default
     */
    public static void useThreads(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("threads is " + count + ", must not be negative");
        }
        threads = count;
    }

    /**
     * Sets the compute type of models that are loaded from now on. Set it once in a process: an importance ratio is
     * meaningful only if both of its log-probabilities have the same compute type.
     */
    public static void useComputeType(ComputeType wanted) {
        computeType = wanted;
    }

    /** Returns the compute type that {@link #useComputeType} set; float32 by default. */
    public static ComputeType computeType() {
        return computeType;
    }

    /** Creates an owner of arrays on {@link #device}; closing it frees them. */
    public static NDManager newManager() {
        NDManager manager = Started.ROOT.newSubManager();
        prepareThread();
        return manager;
    }

    /** Returns the number of arrays in the whole process that are not closed. */
    public static int liveArrays() {
        return Started.ROOT.getManagedArrays().size();
    }

    /**
     * Prepares the calling thread for this package: no recording of gradients, no graph optimizer, the number of
     * threads. All methods here call it; a repeated call costs nothing.
     */
    public static void prepareThread() {
        int wanted = threads;
        if (PREPARED_FOR.get() == wanted) {
            return;
        }
        if (!NAME.equals(Started.ENGINE.getEngineName())) {
            throw new IllegalStateException("engine is " + Started.ENGINE.getEngineName() + ", expected " + NAME);
        }
        JniUtils.setGradMode(false);
        JniUtils.setGraphExecutorOptimize(false);
        if (wanted > 0) {
            JniUtils.setNumThreads(wanted);
        }
        PREPARED_FOR.set(wanted);
    }

    /** Makes an int64 array in PyTorch's own memory. */
    public static NDArray constant(NDManager manager, long[] values, long... shape) {
        if (values.length == 0) {
            return manager.zeros(new Shape(shape), DataType.INT64);
        }
        try (NDArray javas = manager.create(values, new Shape(shape))) {
            return javas.duplicate();
        }
    }

    /** Makes a float32 array in PyTorch's own memory. */
    public static NDArray constant(NDManager manager, float[] values, long... shape) {
        if (values.length == 0) {
            return manager.zeros(new Shape(shape), DataType.FLOAT32);
        }
        try (NDArray javas = manager.create(values, new Shape(shape))) {
            return javas.duplicate();
        }
    }

    /** Makes a float64 array in PyTorch's own memory. */
    public static NDArray constant(NDManager manager, double[] values, long... shape) {
        if (values.length == 0) {
            return manager.zeros(new Shape(shape), DataType.FLOAT64);
        }
        try (NDArray javas = manager.create(values, new Shape(shape))) {
            return javas.duplicate();
        }
    }

    /**
     * Makes a float32 array in PyTorch's own memory, copied through a buffer that the caller can reuse.
     *
     * @param through direct buffer in native byte order, at least four bytes a value
     */
    static NDArray constant(NDManager manager, float[] values, Shape shape, ByteBuffer through) {
        ByteBuffer bytes = through.duplicate().order(ByteOrder.nativeOrder());
        bytes.clear().limit(Math.multiplyExact(values.length, Float.BYTES));
        bytes.asFloatBuffer().put(values);
        try (NDArray javas = manager.create(bytes, shape, DataType.FLOAT32)) {
            return javas.duplicate();
        }
    }
}
