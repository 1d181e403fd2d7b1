package dev.longstream.runs.fork;

import dev.longstream.files.JsonFile;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Origin of a run that began at a step of another run, the content of {@code fork.json} in its folder.
 *
 * @param run name of the other run
 * @param step policy version that this run began with
 * @param weightsDigest SHA-256 of the weights file of that version
 * @param configDigest SHA-256 of the other run's resolved configuration
 */
public record Fork(String run, long step, String weightsDigest, String configDigest) {
    private static final String FILE = "fork.json";
    private static final String START = "start";

    /** Reads the origin of the run in a folder; empty if it began by itself. */
    public static Optional<Fork> in(Path folder) {
        return JsonFile.read(folder.resolve(FILE), Fork.class);
    }

    /** Returns the folder of the weights that reinforcement learning began with, version 0 of the first run. */
    public static Path start(Path folder) {
        return folder.toAbsolutePath().resolve(START);
    }

    void writeTo(Path folder) {
        JsonFile.write(folder.resolve(FILE), this);
    }
}
