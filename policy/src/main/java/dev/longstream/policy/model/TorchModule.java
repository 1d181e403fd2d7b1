package dev.longstream.policy.model;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Compiled TorchScript methods. None of their operations is recorded: gradients are methods too. Used by one thread at a time. */
public final class TorchModule implements AutoCloseable {
    // A model that nobody refers to is closed by the garbage collector, and its block with it.
    private final Model model;
    private final PtSymbolBlock block;

    private TorchModule(Model model) {
        this.model = model;
        this.block = (PtSymbolBlock) model.getBlock();
    }

    /**
     * Compiles methods of the class {@code __torch__.Policy}.
     *
     * @throws IllegalArgumentException where the text does not compile, with PyTorch's explanation
     */
    public static TorchModule compile(String methods) {
        TorchEngine.prepareThread();
        Device device = TorchEngine.device();
        Model model = Model.newInstance("policy", device, "PyTorch");
        try {
            model.load(new ByteArrayInputStream(TorchArchive.of(methods)));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        } catch (MalformedModelException | RuntimeException e) {
            model.close();
            throw new IllegalArgumentException("the policy's TorchScript does not compile: " + e.getMessage(), e);
        }
        return new TorchModule(model);
    }

    /**
     * Calls a method. Results cannot be changed in place but by this method.
     *
     * @param owner     whom the results belong to
     * @param arguments {@link NDArray}, {@code List<NDArray>}, long, int, double or boolean each
     * @return the tensor or the list of tensors that the method returns
     */
    public NDList run(NDManager owner, String method, Object... arguments) {
        try (IValue result = invoke(method, arguments)) {
            return result.toNDList((PtNDManager) owner);
        }
    }

    /** Calls a method for what it does to its arguments; its result, an int, is ignored. */
    public void call(String method, Object... arguments) {
        invoke(method, arguments).close();
    }

    private IValue invoke(String method, Object... arguments) {
        TorchEngine.prepareThread();
        List<IValue> values = new ArrayList<>(arguments.length);
        try {
            for (Object argument : arguments) {
                values.add(value(argument));
            }
            return IValueUtils.runMethod(block, method, values.toArray(IValue[]::new));
        } finally {
            values.forEach(IValue::close);
        }
    }

    private static IValue value(Object argument) {
        if (argument instanceof PtNDArray array) {
            return IValue.from(array);
        }
        if (argument instanceof List<?> arrays) {
            return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
        }
        if (argument instanceof Long || argument instanceof Integer) {
            return IValue.from(((Number) argument).longValue());
        }
        if (argument instanceof Double number) {
            return IValue.from(number.doubleValue());
        }
        if (argument instanceof Boolean flag) {
            return IValue.from(flag.booleanValue());
        }
        throw new IllegalArgumentException(
                "an argument is a " + argument.getClass().getName());
    }

    @Override
    public void close() {
        model.close();
    }
}
