package dev.longstream.trainer.checkpoint;

import dev.longstream.policy.delta.DeltaFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Writes deltas between the versions of a training. A delta only saves bytes, so a version may lack one. */
final class VersionDeltas {
    /** Suffix of a delta's name, behind the name of the folder whose weights it leads to. */
    static final String SUFFIX = ".delta";

    private static final Logger LOG = LoggerFactory.getLogger(VersionDeltas.class);

    private VersionDeltas() {}

    /**
     * Writes the differences between the weights of a version and those of the version before.
     *
     * @param baseVersion number of the version before
     * @param base its weights; they may be missing
     * @param weights weights of the version
     * @param delta file to write
     * @return empty if there is none, because there is no version before or the differences are as large as the weights
     */
    static Optional<WrittenDelta> write(long baseVersion, Path base, Path weights, Path delta) {
        if (!Files.isRegularFile(base)) {
            return Optional.empty();
        }
        try {
            return DeltaFile.write(base, weights, delta)
                    .map(written -> new WrittenDelta(baseVersion, written.digest(), written.bytes()));
        } catch (IOException e) {
            LOG.warn("{} cannot be written, so that the version will be sent whole: {}", delta, e.toString());
            return without(delta);
        }
    }

    private static Optional<WrittenDelta> without(Path delta) {
        try {
            Files.deleteIfExists(delta);
        } catch (IOException e) {
            LOG.warn("{} is incomplete and cannot be removed; nobody reads it", delta, e);
        }
        return Optional.empty();
    }
}
