package dev.longstream.runs.monitoring;

import dev.longstream.log.EventLog;
import dev.longstream.log.Reachability;
import dev.longstream.log.Role;
import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import dev.longstream.log.WorkQueue;
import dev.longstream.metrics.Meters;
import dev.longstream.metrics.RunMetrics;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Measures every few seconds, on a thread of its own, how far the roles of a process are behind, whether broker and registry answer, and
 * whether a role stands still.
 */
final class LagWatch implements Monitoring.LagMeasurement {
    private static final Logger LOG = LoggerFactory.getLogger(LagWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    /** Time between two looks for the first role. */
    private static final Duration BEFORE_ROLES = Duration.ofMillis(500);

    /** Patience with a role for which nothing waits. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    /** Time that a look under way has to end by itself. */
    private static final Duration LAST_LOOK = Duration.ofSeconds(5);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final EventLog log;
    private final Meters meters;
    private final ProcessHealth health;
    private final Duration stallAfter;
    private final List<Watched> watched = new CopyOnWriteArrayList<>();
    private final Map<List<String>, LagReader.Lag> lags = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "lag-watch");

    /** A role, how it keeps its place, and a number that grows while it works on one record. */
    private record Watched(Role role, ReadPosition how, LongSupplier activity, Standstill standstill) {}

    /**
     * Creates a watch; {@link #start} begins to measure.
     *
     * @param stallAfter time without progress after which a role stands still
     */
    LagWatch(EventLog log, Meters meters, ProcessHealth health, Duration stallAfter) {
        this.log = log;
        this.meters = meters;
        this.health = health;
        this.stallAfter = stallAfter;
        thread.setDaemon(true);
    }

    /** Begins to measure. */
    LagWatch start() {
        thread.start();
        return this;
    }

    /**
     * Adds a role that has been started; does nothing if it reads no topic in order, or if another worker of its name was added.
     *
     * @param sampling returns a number that grows while a rollout worker lives
     * @param judging returns a number that grows while the judge's worker lives
     * @param nextBatch returns the offset of the trainer's next batch; negative while it is unknown
     */
    void add(Role role, LongSupplier sampling, LongSupplier judging, LongSupplier nextBatch) {
        Topics topics = log.topics();
        switch (role.name()) {
            case "curriculum" -> add(role, committed(role, topics.prompts()), role::heartbeat);
            case "scoring" -> add(role, committed(role, topics.trajectories()), role::heartbeat);
            case "grouping" -> add(role, committed(role, topics.scored()), role::heartbeat);
            case "batching" -> add(role, committed(role, topics.groups()), role::heartbeat);
            case "rollouts" -> add(role, shared(topics.assignmentQueue()), sampling);
            case "judge" -> add(role, shared(topics.judgeQueue()), judging);
            case "trainer" -> add(role, new ReadPosition.Kept(topics.batches(), nextBatch), role::heartbeat);
            default -> {
                if (role.name().startsWith(Topics.SHADOW_ROLE)) {
                    addShadow(role, topics.ofShadow(role.name().substring(Topics.SHADOW_ROLE.length())));
                }
            }
        }
    }

    /** Adds a shadow. A run does not wait for it, so it never counts as stalled: that would make the process unhealthy. */
    private void addShadow(Role role, Topics topics) {
        ReadPosition how = new ReadPosition.Committed(topics.application("scoring"), topics.trajectories());
        watched.add(new Watched(role, how, role::heartbeat, new Standstill(NEVER)));
    }

    private ReadPosition committed(Role stage, Topic<?> main) {
        return new ReadPosition.Committed(log.topics().name(stage.name()), main);
    }

    private static ReadPosition shared(WorkQueue queue) {
        return new ReadPosition.Shared(queue.group(), queue.topic());
    }

    private void add(Role role, ReadPosition how, LongSupplier activity) {
        if (watched.stream().noneMatch(other -> other.role().name().equals(role.name()))) {
            watched.add(new Watched(role, how, activity, new Standstill(stallAfter)));
        }
    }

    /** Forgets the roles, which have ended. */
    void forget() {
        watched.clear();
    }

    private void run() {
        try (LagReader reader = new LagReader(log)) {
            Duration pause = BEFORE_ROLES;
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = watched.isEmpty() ? BEFORE_ROLES : INTERVAL;
                if (!watched.isEmpty()) {
                    measure(reader);
                }
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("The lag is measured no more");
        } catch (RuntimeException e) {
            LOG.warn("The lag of this process's roles is measured no more: {}", e.toString());
        }
    }

    private void measure(LagReader reader) throws InterruptedException {
        try {
            for (Watched one : watched) {
                measure(one, reader.read(one.how()));
            }
            Reachability.requireRegistry(log.address());
            health.connection(null);
        } catch (ExecutionException | TimeoutException e) {
            health.connection("The broker " + log.address().bootstrapServers()
                    + " does not tell the offsets of this process's roles: " + e.getMessage());
        } catch (InterruptException e) {
            throw e; // this watch is being closed
        } catch (RuntimeException e) {
            health.connection(String.valueOf(e.getMessage()));
        }
    }

    private void measure(Watched one, LagReader.Place place) {
        String role = one.role().name();
        place.lags().forEach((topic, lag) -> {
            if (lags.put(List.of(role, topic), lag) == null) {
                meters.gauge(RunMetrics.LAG, () -> lag(role, topic).records(), role, topic);
                meters.gauge(RunMetrics.LAG_AGE, () -> lag(role, topic).ageSeconds(), role, topic);
            }
        });
        String waiting = place.waiting();
        boolean stalled = one.standstill()
                .isStalled(
                        System.nanoTime(),
                        place.position()
                                + one.activity().getAsLong()
                                + one.role().restarts(),
                        !waiting.isEmpty());
        health.stalled(
                role,
                stalled
                        ? "The role " + role + " has processed nothing for " + stallAfter.toSeconds()
                                + " s (stall-after), though " + waiting
                        : null);
    }

    private LagReader.Lag lag(String role, String topic) {
        return lags.getOrDefault(List.of(role, topic), new LagReader.Lag(0, 0));
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(LAST_LOOK.toMillis()); // Kafka's client logs an error when it is interrupted while it closes
            thread.interrupt();
            thread.join(CLOSE_PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
