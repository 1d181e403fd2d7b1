package dev.longstream.runs.lineage;

import dev.longstream.log.EventLog;
import dev.longstream.log.GroupIds;
import dev.longstream.log.LogException;
import dev.longstream.log.Topics;
import dev.longstream.record.Control;
import dev.longstream.record.ForkPoint;
import dev.longstream.runs.audit.Pruning;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * The log of a run, or of a run that it began in: a fork continues the numbers of its parent's versions and ordinals.
 *
 * @param topics topics of the run
 * @param search finds records of its topics
 * @param pruning what was removed from its log
 * @param fork step of another run at which it began; null: it began by itself
 */
record RunGeneration(Topics topics, RecordSearch search, Pruning pruning, @Nullable ForkPoint fork)
        implements AutoCloseable {

    /**
     * Opens the log of a run.
     *
     * @throws LogException if the broker has no such run
     */
    static RunGeneration open(EventLog log) {
        Topics topics = log.topics();
        RecordSearch search = new RecordSearch(log);
        if (!search.exists(topics.control())) {
            search.close();
            throw new LogException("There is no topic " + topics.control().name() + " on "
                    + log.address().bootstrapServers() + "; was the run started there?");
        }
        List<Control> commands = new ArrayList<>();
        search.all(topics.control(), any -> true, command -> commands.add(command.value()));
        Pruning pruning = Pruning.NONE;
        ForkPoint fork = null;
        for (Control command : commands) {
            if (command.getPruned() != null) {
                pruning = new Pruning(command.getPruned(), topics.shortName(topics.trajectories()));
            }
            if (fork == null && command.getFork() != null) {
                fork = command.getFork();
            }
        }
        return new RunGeneration(topics, search, pruning, fork);
    }

    /** Returns the name of the run. */
    String run() {
        return topics.run();
    }

    /** Returns the policy version that the run begins with. */
    long firstVersion() {
        return fork == null ? 0 : fork.getStep();
    }

    /** Returns the ordinal of the run's first assignment. */
    long firstOrdinal() {
        return fork == null ? 0 : GroupIds.firstOrdinal(fork);
    }

    /** Says why a record of a group up to the pruned ordinal, or a batch up to the pruned version, is not on the log. */
    String removal() {
        return pruning.record() == null
                ? "it is not on the log"
                : "the log of run " + run() + " was pruned before version " + pruning.version();
    }

    @Override
    public void close() {
        search.close();
    }
}
