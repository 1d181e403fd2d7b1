package dev.longstream.trainer.loop;

import dev.longstream.record.WeightsBase;
import dev.longstream.trainer.checkpoint.AnnouncedFormat;
import dev.longstream.trainer.checkpoint.Checkpoint;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.WrittenBase;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Optional;

/** Keeps the base of a run's adapters beside its checkpoints, and compares it with what the versions were announced with. */
final class KeptBase {
    private KeptBase() {}

    /**
     * Copies the base if versions are adapters and it is not there yet.
     *
     * @param start folder of the weights that become version 0
     * @param restored checkpoint from which training continues
     * @throws TrainingException if the checkpoint has another base, or is a whole policy where an adapter is trained
     */
    static void keep(Checkpoints checkpoints, Path start, Optional<Checkpoint> restored) {
        boolean isAdapter = checkpoints.announced() == AnnouncedFormat.ADAPTER;
        if (restored.isPresent() && (baseOf(restored.get()) != null) != isAdapter) {
            throw new TrainingException(restored.get().folder() + " is "
                    + (isAdapter
                            ? "a whole policy, but trainer.adapter is set"
                            : "an adapter, but trainer.adapter is not set")
                    + ": a fork trains what its parent trained. To change it, start a new run with this checkpoint's model"
                    + " as model.folder" + (isAdapter ? "" : ", merged first: longstream merge"));
        }
        if (isAdapter) {
            WrittenBase kept = checkpoints.keepBase(start);
            restored.map(KeptBase::baseOf)
                    .filter(base -> !base.getDigest().equals(kept.digest()))
                    .ifPresent(base -> {
                        throw new TrainingException("The base in " + kept.folder() + " has SHA-256 " + kept.digest()
                                + ", but the versions of this run were announced with " + base.getDigest()
                                + ": bring the folder back from a copy");
                    });
        }
    }

    private static @Nullable WeightsBase baseOf(Checkpoint checkpoint) {
        return TrainerState.fromJson(checkpoint.state()).weights().getBase();
    }
}
