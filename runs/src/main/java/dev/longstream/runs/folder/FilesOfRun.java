package dev.longstream.runs.folder;

import dev.longstream.log.Topics;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.following.RunFolderFiles;
import dev.longstream.runs.config.RunConfig;

/** Decides where a process reads the weights and large documents of a run. */
public final class FilesOfRun {
    private FilesOfRun() {}

    /** Returns the files of a run, in its folder. */
    public static RunFiles of(RunConfig config, Topics topics) {
        return new RunFolderFiles(config.folder(), topics);
    }
}
