package dev.longstream.runs.folder;

import dev.longstream.log.Topics;
import dev.longstream.producers.following.FetchedFiles;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.following.RunFolderFiles;
import dev.longstream.runs.config.RunConfig;

import java.net.URI;
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
     * Returns the files of a run where {@code weights.from} says, for a role that may be on a host without the run's folder.
     *
     * @param environment environment variables, among them the key of the trainer's server
     * @throws dev.longstream.failure.WrongUseException if the key is not set
     */
    public static RunFiles configured(RunConfig config, Topics topics, Map<String, String> environment) {
        Optional<URI> address = config.weights().address();
        return address.isEmpty()
                ? inFolder(config, topics)
                : new FetchedFiles(address.get(), config.weights().key(environment), config.folder(), topics);
    }
}
