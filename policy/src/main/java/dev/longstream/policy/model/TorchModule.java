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

/**
 * Compiled TorchScript methods. None of their operations is recorded, since gradients are methods, too. One thread at a
 * time may use a module.
 */
public final class TorchModule implements AutoCloseable {
    // The garbage collector closes an unreachable model and its block.
    private final Model model;
    private final PtSymbolBlock block;

    private TorchModule(Model model) {
        this.model = model;
        this.block = (PtSymbolBlock) model.getBlock();
    }

    /**
     * Compiles methods that read no constants but element types.
     *
     * @param methods definitions of methods, not indented
     * @throws IllegalArgumentException when the methods do not compile, with PyTorch's explanation
     */
    public static TorchModule compile(String methods) {
        return compile(TorchSource.of(methods));
    }

    /**
     * Compiles methods and sets the constants that they read.
     *
     * @throws IllegalArgumentException when the methods do not compile, with PyTorch's explanation
     */
    public static TorchModule compile(TorchSource source) {
        TorchEngine.prepareThread();
        Device device = TorchEngine.device();
        Model model = Model.newInstance("policy", device, "PyTorch");
        try {
            model.load(new ByteArrayInputStream(TorchArchive.of(source)));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        } catch (MalformedModelException | RuntimeException e) {
            model.close();
            throw new IllegalArgumentException("the policy's TorchScript does not compile: " + e.getMessage(), e);
        }
        return new TorchModule(model);
    }

    /**
     * Calls a method that returns tensors. Only this class's methods can change results in place.
     *
     * @param owner     manager that the results belong to
     * @param arguments each an {@link NDArray}, a {@code List} of arrays or of such lists, a {@code double[]}, long,
     *     int, double or boolean
     * @return the tensor or the list of tensors that the method returns
     */
    public NDList run(NDManager owner, String method, Object... arguments) {
        try (IValue result = invoke(method, arguments)) {
            return result.toNDList((PtNDManager) owner);
        }
    }

    /** Calls a method for the changes that it makes to its arguments; its result, an int, is ignored. */
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
        if (argument instanceof List<?> list) {
            return list(list);
        }
        if (argument instanceof double[] numbers) {
            return IValue.listFrom(numbers);
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

    private static IValue list(List<?> list) {
        if (list.isEmpty() || list.get(0) instanceof PtNDArray) {
            return IValue.listFrom(list.toArray(PtNDArray[]::new));
        }
        IValue[] lists = list.stream().map(TorchModule::value).toArray(IValue[]::new);
        try {
            return IValue.listFrom(lists);
        } finally {
            for (IValue one : lists) {
                one.close();
            }
        }
    }

    /** Frees the compiled methods. */
    @Override
    public void close() {
        model.close();
    }
}
