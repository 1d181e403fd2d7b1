package dev.longstream.cli.command;

import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.failure.WrongUseException;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.folder.RunFolder;
import dev.longstream.runs.fork.RunFork;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A run made from a step of another run, and what a command says of it.
 *
 * @param source name of the other run
 * @param name name of the new run
 * @param step step at which it begins
 * @param folder folder of the new run
 */
record Forking(String source, String name, long step, Path folder) {
    /** Loads the configurations of both runs and makes the new one. */
    static Forking prepare(RunOptions options, String source, String name, long step) {
        if (options.run != null) {
            throw new WrongUseException("--run is not an option of this command; name the new run with --as");
        }
        options.run = source;
        List<String> assignments = options.assignments;
        options.assignments = List.of(); // they may name phases that the defaults lack
        Path dir = options.loadForHeldOut().config().dir();
        options.assignments = assignments;
        ResolvedConfig parent = RunFork.parent(dir, source);
        if (options.config == null) {
            options.config = dir.resolve(source).resolve(RunFolder.CONFIG_FILE);
        }
        options.dir = dir;
        options.run = name;
        ResolvedConfig resolved = options.load();
        try (Progress progress = TerminalProgress.open()) {
            return new Forking(source, name, step, new RunFork(parent, resolved, step, progress).make());
        }
    }

    Map<String, Object> result() {
        return Map.of("run", name, "forkOf", source, "step", step, "folder", folder.toString());
    }

    List<String> lines() {
        return List.of(
                "Run " + name + " begins at step " + step + " of run " + source + ". Continue it with",
                "  longstream train --run " + name + " --dir " + folder.getParent() + " --config "
                        + folder.resolve(RunFolder.CONFIG_FILE));
    }
}
