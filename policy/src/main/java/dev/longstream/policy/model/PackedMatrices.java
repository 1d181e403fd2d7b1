package dev.longstream.policy.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Copies matrices into the order in which oneDNN's products read them. Otherwise each product lays its matrix out anew,
 * which for few rows takes longer than multiplying. oneDNN is part of PyTorch for most processors; where it is not, and
 * on other devices, products take matrices as they are stored.
 */
final class PackedMatrices {
    /**
     * Rows of the left operand for which oneDNN chooses a layout. Products of any other number of rows are possible,
     * too.
     */
    private static final int ROWS = 8;

    private static final TorchSource PACKED =
            TorchSource.read(PackedMatrices.class, "packed_matrices.py").with("packed_rows", ROWS);

    /** The methods for matrices as they are stored, which every device has. */
    static final TorchSource AS_STORED = TorchSource.read(PackedMatrices.class, "matrices_as_stored.py");

    /** The methods {@code product}, {@code can_pack} and {@code packed}, as they suit this machine. */
    static final TorchSource METHODS = areAvailable() ? PACKED : AS_STORED;

    private PackedMatrices() {}

    private static boolean areAvailable() {
        if (TorchEngine.isOnGpu()) {
            return false;
        }
        TorchSource probe = TorchSource.read(PackedMatrices.class, "packed_matrices_probe.py");
        try (TorchModule module = TorchModule.compile(PACKED.and(probe));
                NDManager manager = TorchEngine.newManager()) {
            module.run(manager, "probe", manager.ones(new Shape(ROWS, ROWS)));
            return true;
        } catch (IllegalArgumentException | EngineException e) { // this PyTorch comes without oneDNN
            return false;
        }
    }
}
