package dev.longstream.policy.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** AdamW's moments of named weights, and the step that uses them. Moments have the shapes of the weights. */
final class Optimizer implements AutoCloseable {
    private final TorchModule module;
    private final AdamW settings;
    private final List<String> names;
    private final List<NDArray> weights;
    private final NDManager manager = TorchEngine.newManager();
    private final List<NDArray> first = new ArrayList<>();
    private final List<NDArray> second = new ArrayList<>();
    private final List<NDArray> steps = new ArrayList<>(); // the kernel wants one counter a weight
    private long step;

    /**
     * Creates moments of zeros.
     *
     * @param module has the method {@code adamw} of {@link TrainingScript}
     */
    Optimizer(TorchModule module, AdamW settings, List<String> names, List<NDArray> weights) {
        this.module = module;
        this.settings = settings;
        this.names = List.copyOf(names);
        this.weights = List.copyOf(weights);
        for (NDArray weight : weights) {
            first.add(manager.zeros(weight.getShape()));
            second.add(manager.zeros(weight.getShape()));
            steps.add(manager.zeros(new Shape(), DataType.FLOAT32));
        }
    }

    /** Takes a step that changes weights and moments in place. */
    void step(List<NDArray> gradients, double learningRate) {
        List<Integer> decaying = new ArrayList<>();
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            boolean decays = settings.decayed() == DecayedWeights.ALL
                    || weights.get(i).getShape().dimension() > 1;
            (decays ? decaying : others).add(i);
        }
        step(decaying, gradients, learningRate, settings.weightDecay());
        step(others, gradients, learningRate, 0.0);
        step++;
    }

    private void step(List<Integer> which, List<NDArray> gradients, double learningRate, double weightDecay) {
        if (which.isEmpty()) {
            return;
        }
        module.call(
                "adamw",
                of(which, weights),
                of(which, gradients),
                List.of(of(which, first), of(which, second), of(which, steps)),
                new double[] {learningRate, settings.beta1(), settings.beta2(), weightDecay, settings.epsilon()});
    }

    private static List<NDArray> of(List<Integer> which, List<NDArray> arrays) {
        return which.stream().map(arrays::get).toList();
    }

    long step() {
        return step;
    }

    List<NDArray> first() {
        return first;
    }

    List<NDArray> second() {
        return second;
    }

    String write(Path file) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            tensors.add(named("exp_avg." + names.get(i), first.get(i)));
            tensors.add(named("exp_avg_sq." + names.get(i), second.get(i)));
        }
        tensors.add(new NamedTensor("step", new long[] {1}, () -> FloatBuffer.wrap(new float[] {step})));
        return SafeTensors.write(file, tensors, DType.F32);
    }

    private static NamedTensor named(String name, NDArray array) {
        return new NamedTensor(name, array.getShape().getShape(), () -> array.toByteBuffer(true)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer());
    }

    void read(Path file) {
        try (SafeTensors stored = SafeTensors.open(file)) {
            for (int i = 0; i < names.size(); i++) {
                read(stored, "exp_avg." + names.get(i), first.get(i));
                read(stored, "exp_avg_sq." + names.get(i), second.get(i));
            }
            step = (long) stored.floats("step")[0];
            for (NDArray counter : steps) {
                assign(counter, new float[] {step});
            }
        }
    }

    private void read(SafeTensors stored, String name, NDArray to) {
        long[] expected = to.getShape().getShape();
        if (!Arrays.equals(stored.shape(name), expected)) {
            throw new IllegalArgumentException(stored.path() + ": " + name + " has shape "
                    + Arrays.toString(stored.shape(name)) + ", expected " + Arrays.toString(expected));
        }
        assign(to, stored.floats(name));
    }

    private void assign(NDArray to, float[] values) {
        try (NDArray value = TorchEngine.constant(manager, values, to.getShape().getShape())) {
            module.call("assign", new NDList(to), new NDList(value));
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
