package dev.longstream.runs.lineage;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run's log and, for a fork, the logs of the runs that it began in, from the run itself to the oldest. */
final class Ancestry implements AutoCloseable {
    private final EventLog log;
    private final List<RunGeneration> generations = new ArrayList<>();
    /** Runs that answers were sampled by, beside the generations: the run that a replay replays. */
    private final Map<String, Optional<RunGeneration>> others = new HashMap<>();

    private @Nullable String lost;

    Ancestry(EventLog log) {
        this.log = log;
        EventLog next = log;
        while (next != null) {
            RunGeneration generation = RunGeneration.open(next);
            generations.add(generation);
            next = parent(generation);
        }
    }

    private @Nullable EventLog parent(RunGeneration generation) {
        if (generation.fork() == null) {
            return null;
        }
        String name = generation.fork().getRun();
        if (!isThere(name)) {
            lost = name;
            return null;
        }
        return log.ofRun(name);
    }

    private boolean isThere(String run) {
        return newest().search().exists(log.ofRun(run).topics().control());
    }

    /** Returns the run itself. */
    RunGeneration newest() {
        return generations.get(0);
    }

    /**
     * Returns the run in whose log a step made a version.
     *
     * @throws WrongUseException if this was a run whose topics are not on the cluster
     */
    RunGeneration making(long version) {
        return generations.stream()
                .filter(generation -> generation.firstVersion() < version)
                .findFirst()
                .orElseThrow(() -> lost("version " + version));
    }

    /** Returns the run that announced a version and sampled answers with it, the newest of them. */
    RunGeneration announcing(long version) {
        return generations.stream()
                .filter(generation -> generation.firstVersion() <= version)
                .findFirst()
                .orElseThrow(() -> lost("version " + version));
    }

    /** Returns the run that assigned an ordinal. */
    RunGeneration assigning(long ordinal) {
        return generations.stream()
                .filter(generation -> generation.firstOrdinal() <= ordinal)
                .findFirst()
                .orElseThrow(() -> lost("the group of ordinal " + ordinal));
    }

    private WrongUseException lost(String what) {
        return new WrongUseException("Run " + log.topics().run() + " has no log of " + what
                + (lost == null ? "" : ": it began in run " + lost + ", whose topics are not on this cluster"));
    }

    /** Returns the generations from the oldest to the run itself. */
    List<RunGeneration> oldestFirst() {
        List<RunGeneration> reversed = new ArrayList<>(generations);
        Collections.reverse(reversed);
        return reversed;
    }

    /** Returns the name of an ancestor whose topics are not on the cluster; null if all are there. */
    @Nullable
    String lost() {
        return lost;
    }

    /** Returns the log of a run by its name, on the same cluster; empty if it has none there. */
    Optional<RunGeneration> named(String run) {
        Optional<RunGeneration> own = generations.stream()
                .filter(generation -> generation.run().equals(run))
                .findFirst();
        return own.isPresent()
                ? own
                : others.computeIfAbsent(
                        run,
                        name -> isThere(name) ? Optional.of(RunGeneration.open(log.ofRun(name))) : Optional.empty());
    }

    @Override
    public void close() {
        generations.forEach(RunGeneration::close);
        others.values().forEach(other -> other.ifPresent(RunGeneration::close));
    }
}
