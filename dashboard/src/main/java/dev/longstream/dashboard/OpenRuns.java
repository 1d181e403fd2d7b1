package dev.longstream.dashboard;

import dev.longstream.dashboard.follow.BackgroundRead;
import dev.longstream.dashboard.follow.RunFacts;
import dev.longstream.dashboard.follow.RunFollower;
import dev.longstream.dashboard.trace.TraceReader;
import dev.longstream.log.EventLog;
import dev.longstream.runs.audit.LogAudit;
import dev.longstream.runs.difference.RunDifference;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Opens the runs that somebody asks for, and keeps them until the dashboard is closed. Thread-safe. */
final class OpenRuns implements AutoCloseable {
    /** Time for the reading under way, before it is interrupted. */
    private static final long LAST_READING_SECONDS = 5;

    private final DashboardRuns runs;
    private final InstantSource clock;
    private final Map<String, OpenRun> open = new HashMap<>();
    private final Map<List<String>, BackgroundRead<RunDifference>> differences = new HashMap<>();
    private final ExecutorService readings = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "dashboard-reading");
        thread.setDaemon(true);
        return thread;
    });

    OpenRuns(DashboardRuns runs, InstantSource clock) {
        this.runs = runs;
        this.clock = clock;
    }

    /** Returns the names of all runs on the broker. */
    List<String> names() throws InterruptedException {
        return runs.names();
    }

    /** Returns the names of the runs that the page shows first. */
    List<String> first() {
        return runs.first();
    }

    /** Returns the configuration keys that differ between two runs; empty if they are not known. */
    Optional<List<String>> settings(String before, String after) {
        return runs.differences(before, after);
    }

    /** Returns what differs between the records of two runs. */
    BackgroundRead<RunDifference> records(OpenRun one, OpenRun other) {
        EventLog here = one.follower().log();
        EventLog there = other.follower().log();
        synchronized (differences) {
            return differences.computeIfAbsent(
                    List.of(here.topics().run(), there.topics().run()),
                    pair -> new BackgroundRead<>(() -> RunDifference.of(here, there), readings, clock));
        }
    }

    /**
     * Returns a run, and opens it if nobody has asked for it before.
     *
     * @throws DashboardError with status 404 if the broker has no such run
     */
    OpenRun get(String name) throws InterruptedException {
        synchronized (open) {
            OpenRun known = open.get(name);
            if (known != null) {
                return known;
            }
        }
        List<String> names = runs.names();
        if (!names.contains(name)) {
            throw DashboardError.notFound(
                    "there is no run '" + name + "' on the broker, expected one of " + String.join(", ", names));
        }
        synchronized (open) {
            return open.computeIfAbsent(name, this::open);
        }
    }

    private OpenRun open(String name) {
        RunFacts facts = runs.facts(name);
        EventLog log = runs.logOf(facts);
        return new OpenRun(
                new RunFollower(log, facts),
                new BackgroundRead<>(() -> LogAudit.of(log), readings, clock),
                new TraceReader(log, runs.folder(name), facts));
    }

    @Override
    public void close() {
        readings.shutdown();
        synchronized (open) {
            open.values().forEach(OpenRun::close);
        }
        try {
            boolean ignored = readings.awaitTermination(LAST_READING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        readings.shutdownNow();
    }
}
