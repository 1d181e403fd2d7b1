package dev.longstream.policy.training;

import ai.djl.Device;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.ScriptFile;
import dev.longstream.policy.model.TorchEngine;

import java.nio.file.Path;

/** The TorchScript of a gradient step in a file, for a check in another process or on another machine. */
public final class StepScript {
    private StepScript() {}

    /**
     * Writes the methods of {@link PolicyLearner}: forward, backward and the optimizer.
     *
     * @param file an existing file is replaced
     * @param forGpu whether a GPU will run it, which has no kernel of the processor's attention
     */
    public static void write(Path file, ModelConfig config, ComputeType computeType, boolean forGpu) {
        Device device = TorchEngine.elsewhere(forGpu);
        ScriptFile.write(file, config, computeType, TrainingScript.of(config, computeType, device));
    }
}
