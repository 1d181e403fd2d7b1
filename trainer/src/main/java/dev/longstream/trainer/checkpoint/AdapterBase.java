package dev.longstream.trainer.checkpoint;

import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.safetensors.SafeTensors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies the base of a run's adapters into the folder of its checkpoints, where all who read versions find it. */
final class AdapterBase {
    private final Path place;
    private final Path unfinished;
    private final DurableFiles files;

    /**
     * Creates the base in a folder of checkpoints.
     *
     * @param unfinished folder of the copy until it is complete
     */
    AdapterBase(Path checkpoints, Path unfinished, DurableFiles files) {
        this.place = checkpoints.resolve(CheckpointFiles.BASE);
        this.unfinished = unfinished;
        this.files = files;
    }

    /** Copies the whole policy in a folder, or the base of the adapter there, unless it was copied before. */
    WrittenBase keep(Path start) {
        try {
            if (!Files.isDirectory(place)) {
                files.delete(unfinished);
                try (PolicyFolder folder = PolicyFolder.open(start)) {
                    folder.copyWhole(Files.createDirectories(unfinished));
                }
                files.force(unfinished);
                files.rename(unfinished, place);
            }
            try (SafeTensors tensors = SafeTensors.open(place)) {
                long bytes = 0;
                for (Path file : tensors.files()) {
                    bytes += Files.size(file);
                }
                return new WrittenBase(place, tensors.digest(), bytes);
            }
        } catch (IOException | PolicyFolderException e) {
            throw new CheckpointException(
                    "The base " + place + " cannot be copied from " + start + ": " + e.getMessage()
                            + ". Is the disk full? The same command tries again",
                    e);
        }
    }
}
