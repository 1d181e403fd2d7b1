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
 * The process's PyTorch: one place that starts it, chooses the device and sets up threads.
 *
 * <p>Rules for code that touches an {@code NDArray}, each guarded by a test:
 *
 * <ul>
 *   <li>An array made from Java memory stays Java's: PyTorch reads freed memory once the array is closed and collected. Constants are made by
 *       {@link #constant}, which hands the memory to PyTorch; {@code mul(Number)} and its kin are never used.
 *   <li>Nothing is recorded: gradients are written by hand, and no array asks for one.
 *   <li>A bfloat16 or int16 array made through DJL ends the process; so does asking for the gradient function of an array without one.
 *   <li>A result lands in its first operand's manager; with a weight first, it would live as long as the weight.
 *   <li>TorchScript's graph optimizer is off: it compiles anew for every shape, and gains nothing.
 * </ul>
 */
public final class TorchEngine {
    private static final String NAME = "PyTorch";

    private static volatile int threads;
    private static volatile ComputeType computeType = ComputeType.FLOAT32;
    private static final ThreadLocal<Integer> PREPARED_FOR = ThreadLocal.withInitial(() -> -1);

    private TorchEngine() {}

    /** Starts PyTorch at first use, from the natives on the class path alone. */
    private static final class Started {
        static final Engine ENGINE = start();
        static final Device DEVICE = ENGINE.getGpuCount() > 0 ? Device.gpu(0) : Device.cpu();
        static final NDManager ROOT = NDManager.newBaseManager(DEVICE, NAME);

        private static Engine start() {
            if (System.getProperty("ai.djl.offline") == null) {
                System.setProperty("ai.djl.offline", "true");
            }
            // Tokenizers bring a second engine along; this one is meant wherever none is named.
            System.setProperty("ai.djl.default_engine", NAME);
            System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
            return Engine.getEngine(NAME);
        }
    }

    /** The first GPU, or the processor when there is none. */
    public static Device device() {
        return Started.DEVICE;
    }

    /** Memory of {@link #device}, in bytes: the GPU's, or what the machine or its container has. */
    public static long memoryBytes() {
        if (device().isGpu()) {
            return CudaUtils.getGpuMemory(device()).getMax();
        }
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    /**
     * How many threads one operation of one calling thread may use from now on.
     *
     * @param count at least 1; 0 leaves it to PyTorch
     */
    public static void useThreads(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("threads is " + count + ", must not be negative");
        }
        threads = count;
    }

    /**
     * What models that are loaded from now on compute their products in. Said once for a process, since an importance ratio means something
     * only if both of its log-probabilities were computed alike.
     */
    public static void useComputeType(ComputeType wanted) {
        computeType = wanted;
    }

    /** What {@link #useComputeType} said last; float32 where it said nothing. */
    public static ComputeType computeType() {
        return computeType;
    }

    /** A new owner of arrays on {@link #device}; closing it frees them. */
    public static NDManager newManager() {
        NDManager manager = Started.ROOT.newSubManager();
        prepareThread();
        return manager;
    }

    /** Arrays that are alive in the whole process, those of every manager. */
    public static int liveArrays() {
        return Started.ROOT.getManagedArrays().size();
    }

    /**
     * Makes the calling thread fit for this package: no recording of gradients, no graph optimizer, the thread count. Everything here
     * does it by itself; it costs nothing the second time.
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

    /** An int64 array whose memory is PyTorch's own. */
    public static NDArray constant(NDManager manager, long[] values, long... shape) {
        if (values.length == 0) {
            return manager.zeros(new Shape(shape), DataType.INT64);
        }
        try (NDArray javas = manager.create(values, new Shape(shape))) {
            return javas.duplicate();
        }
    }

    /** A float32 array whose memory is PyTorch's own. */
    public static NDArray constant(NDManager manager, float[] values, long... shape) {
        if (values.length == 0) {
            return manager.zeros(new Shape(shape), DataType.FLOAT32);
        }
        try (NDArray javas = manager.create(values, new Shape(shape))) {
            return javas.duplicate();
        }
    }

    /** A float64 array whose memory is PyTorch's own. */
    public static NDArray constant(NDManager manager, double[] values, long... shape) {
        if (values.length == 0) {
            return manager.zeros(new Shape(shape), DataType.FLOAT64);
        }
        try (NDArray javas = manager.create(values, new Shape(shape))) {
            return javas.duplicate();
        }
    }

    /**
     * A float32 array whose memory is PyTorch's own, copied through memory that can be used again.
     *
     * @param through direct, native byte order, at least four bytes a value
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
