package dev.longstream.runs.difference;

import dev.longstream.log.EventLog;
import dev.longstream.log.RawTopic;
import dev.longstream.record.Trajectory;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** Finds out which run sampled the answers on a run's log. */
final class Samplers {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private Samplers() {}

    /** Returns the names of the runs that sampled the first answers on a log; all answers of a replay are those of one run. */
    static Set<String> of(EventLog log) {
        Set<String> runs = new TreeSet<>();
        try (RawTopic<Trajectory> trajectories =
                new RawTopic<>(log, log.topics().trajectories())) {
            trajectories.poll(PATIENCE, record -> record.value().ifPresent(answer -> runs.add(answer.getRun())));
        }
        return runs;
    }
}
