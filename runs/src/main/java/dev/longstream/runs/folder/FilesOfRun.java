package dev.longstream.runs.folder;

import dev.longstream.log.Topics;
import dev.longstream.producers.following.FetchedFiles;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.following.RunFolderFiles;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.config.WeightsSection;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Decides where a process reads the weights and large documents of a run. */
public final class FilesOfRun {
    private FilesOfRun() {}

    /** Returns the files of a run in its folder. */
    public static RunFiles inFolder(RunConfig config, Topics topics) {
        return new RunFolderFiles(config.folder(), topics);
    }

    /**
     * Returns the files of a run where {@code weights.from} and {@code weights.cache} say, for a role that may be on a host
     * without the run's folder.
     *
     * @param environment environment variables, among them the key of the trainer's server
     * @throws dev.longstream.failure.WrongUseException if the key is not set
     */
    public static RunFiles configured(RunConfig config, Topics topics, Map<String, String> environment) {
        WeightsSection weights = config.weights();
        Optional<Path> copies = weights.copies(config);
        if (copies.isEmpty()) {
            return inFolder(config, topics);
        }
        Path run = config.folder();
        Optional<URI> address = weights.address();
        return address.isEmpty()
                ? FetchedFiles.shared(copies.get(), run, topics)
                : FetchedFiles.served(address.get(), weights.key(environment), copies.get(), run, topics);
    }
}
