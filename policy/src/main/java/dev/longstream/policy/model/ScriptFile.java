package dev.longstream.policy.model;

import dev.longstream.policy.folder.ModelConfig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A TorchScript archive in a file, which {@code torch.jit.load} opens. Its products take matrices as they are stored. */
public final class ScriptFile {
    private ScriptFile() {}

    /**
     * Writes the forward pass of a configuration together with further methods that call it.
     *
     * @param methods may read all constants of the configuration
     */
    public static void write(Path file, ModelConfig config, ComputeType computeType, TorchSource methods) {
        TorchSource forward = ForwardScript.asStored(config, computeType);
        try {
            Files.write(file, TorchArchive.of(forward.and(methods)));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }
}
