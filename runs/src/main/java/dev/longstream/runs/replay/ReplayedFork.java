package dev.longstream.runs.replay;

import dev.longstream.failure.WrongUseException;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.fork.Fork;
import dev.longstream.runs.fork.RunFork;

import java.nio.file.Path;
import java.util.Optional;

/** Lets the replay of a fork begin where the fork began: it becomes a fork of that run at its first version. */
public final class ReplayedFork {
    private ReplayedFork() {}

    /**
     * Makes the replay's beginning if the replayed run is a fork. Does nothing for any other run, and nothing twice.
     *
     * @param replay configuration of the replay
     * @param source name of the replayed run, in the same folder of runs
     * @throws WrongUseException if the replayed run no longer has the checkpoint that it began with
     */
    public static void begin(ResolvedConfig replay, String source, Progress progress) {
        RunConfig config = replay.config();
        Optional<Fork> fork = Fork.in(config.dir().resolve(source));
        if (fork.isPresent()) {
            new RunFork(RunFork.parent(config.dir(), source), replay, fork.get().step(), progress).make();
        }
    }

    /** Returns whether a run in a folder begins at the first version of a fork. */
    static boolean isBegunLike(Path replay, String source) {
        return Fork.in(replay).filter(fork -> fork.run().equals(source)).isPresent();
    }
}
