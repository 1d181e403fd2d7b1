package dev.longstream.streams;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.PassingFault;
import dev.longstream.log.Replication;
import dev.longstream.log.Topics;
import dev.longstream.logging.LogOrigin;
import dev.longstream.streams.topology.Counter;
import dev.longstream.streams.topology.Filling;
import dev.longstream.streams.topology.StageTopology;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * Runs a stage as a Kafka Streams application. It follows the log without end; an error that it cannot recover from
 * ends it and becomes its {@link #failure()}. State that is lost is made again from the log at the start.
 */
final class StreamsRole implements StageRole {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsRole.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);
    /** Heartbeats in a session: one that is late does not end it. */
    private static final int HEARTBEATS_IN_A_SESSION = 4;

    /**
     * Number of transactions that the broker may refuse within an hour before the role fails; Streams itself would stop at
     * the first.
     */
    private static final int REFUSED_TRANSACTIONS = 5;

    /** Text in which Kafka's client reports an error code of a transaction's response that it does not know. */
    private static final Pattern UNKNOWN_REFUSAL = Pattern.compile("^Un(expected|handled) error in \\w+Response");

    private static final long MAX_POLL_MS = 10;

    /** Pause before a thread is replaced whose broker or registry does not answer. */
    private static final Duration FAULT_PAUSE = Duration.ofSeconds(2);

    private final String stageName;
    private final String name;
    private final EventLog log;
    private final Topology topology;
    private final StreamsRuntime runtime;
    private final StageAdmin stage;
    private final StageState state;
    private final StateRebuild rebuild;
    private final @Nullable RetentionPoint retention;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final FailureBudget refused = new FailureBudget(REFUSED_TRANSACTIONS, Duration.ofHours(1));
    private final RestoreProgress restore = new RestoreProgress();
    private final AtomicLong restarts = new AtomicLong();
    private volatile boolean begun;
    private @Nullable StateFolder folder;
    private volatile @Nullable KafkaStreams streams;
    private @Nullable KafkaStreamsMetrics metrics;
    private @Nullable ChangelogEnds ends;

    /**
     * Creates a role that is not started yet.
     *
     * @param stageName name of the stage, from which its application id follows
     * @param filledFrom topics that prove that a store has content, by store
     * @param whole topics without whose first records lost state cannot be made again
     * @param retention started and closed with the stage; null: its stores need none
     */
    StreamsRole(
            String stageName,
            EventLog log,
            Topology topology,
            Map<String, Filling> filledFrom,
            Set<String> whole,
            StreamsRuntime runtime,
            @Nullable RetentionPoint retention) {
        this.stageName = stageName;
        this.name =
                log.topics().areShadows() ? Topics.SHADOW_ROLE + log.topics().shadow() : stageName;
        this.log = log;
        this.topology = topology;
        this.runtime = runtime;
        this.retention = retention;
        this.stage = new StageAdmin(log, log.topics().application(stageName));
        this.state = new StageState(stage, filledFrom);
        this.rebuild = new StateRebuild(stage, whole);
    }

    /** Decides whether the failed thread is replaced or the application ends. */
    StreamThreadExceptionResponse respondTo(Throwable thrown) {
        Throwable cause = causeOf(thrown);
        if (isRefusedTransaction(cause) && refused.spend(System.nanoTime())) {
            LOG.warn("{} restarts from its last committed offsets: {}", name, cause.getMessage());
            restarts.incrementAndGet();
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        if (PassingFault.isBehind(cause)) {
            LOG.warn(
                    "{} waits {} and goes on from its last committed offsets: {}", name, FAULT_PAUSE, cause.toString());
            pause();
            restarts.incrementAndGet();
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        LOG.error("{} cannot continue", name, thrown);
        failure.compareAndSet(null, cause);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /**
     * Returns whether the broker refused a transaction that a new producer can begin again. A broker that is short of processor
     * time forgets a producer, or fails in a request of its own; Kafka's client reports some of these errors by their text alone.
     */
    private static boolean isRefusedTransaction(Throwable cause) {
        return cause instanceof InvalidTxnStateException
                || cause instanceof InvalidPidMappingException
                || (cause instanceof KafkaException
                        && UNKNOWN_REFUSAL
                                .matcher(String.valueOf(cause.getMessage()))
                                .find());
    }

    private static void pause() {
        try {
            Thread.sleep(FAULT_PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Properties settings(Path stateFolder, Replication copies) {
        long commitMs = runtime.commitInterval().toMillis();
        StreamsRuntime.Cluster cluster = runtime.cluster();
        int sessionMs = Math.toIntExact(cluster.sessionTimeout().toMillis());
        Properties settings = new Properties();
        settings.put("consumer.session.timeout.ms", sessionMs);
        settings.put("consumer.heartbeat.interval.ms", sessionMs / HEARTBEATS_IN_A_SESSION);
        // A partition joins a transaction with its first batch. On a busy machine a second batch would arrive before
        // that is done; the broker would refuse it as out of order, and the producer would send it again.
        settings.put("producer.max.in.flight.requests.per.connection", 1);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMs);
        // A poll that waits for new records delays the commit of the records before it.
        settings.put(StreamsConfig.POLL_MS_CONFIG, Math.min(commitMs, MAX_POLL_MS));
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, copies.replicas());
        settings.put("topic.min.insync.replicas", String.valueOf(copies.minInSync()));
        settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, cluster.standbyReplicas());
        settings.putAll(StageTopology.settings(log, stageName));
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString());
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, runtime.threads());
        return settings;
    }

    /** Returns the root cause; the exceptions around it name the task, which Kafka Streams has logged already. */
    private static Throwable causeOf(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof StreamsException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start() {
        try (LogOrigin.Part ignored = LogOrigin.as(name)) { // the threads of Kafka Streams inherit it
            open();
        }
    }

    private void open() {
        StateFolder taken = StateFolder.take(runtime.stateFolder(), stage.application());
        folder = taken;
        Replication copies = stage.call("count the brokers", admin -> runtime.cluster()
                .replication()
                .on(admin.describeCluster().nodes().get().size()));
        KafkaStreams application = new KafkaStreams(topology, settings(taken.path(), copies));
        streams = application;
        ChangelogEnds changelogs = new ChangelogEnds(log, stage.application(), taken.path());
        if (wereSetBack(changelogs)) {
            LOG.warn(
                    "The local state of {} is newer than the log, which was set back; it is restored from the log",
                    name);
            application.cleanUp();
        }
        Optional<String> lost = state.lost();
        if (lost.isPresent()) {
            rebuild.prepare(lost.get());
            application.cleanUp();
        }
        state.warnOfFewerReplicas(Objects.requireNonNull(copies.replicas()));
        application.setUncaughtExceptionHandler(this::respondTo);
        application.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                begun = true;
            }
        });
        application.setGlobalStateRestoreListener(new LossDetector());
        ends = changelogs;
        if (retention != null) {
            retention.start();
        }
        application.start();
    }

    private static boolean wereSetBack(ChangelogEnds ends) {
        try {
            return ends.wereSetBack();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while comparing local state with the log", e);
        }
    }

    /**
     * Counts what is restored, and refuses a task that moves here from another instance if its state is lost: only a start can make
     * the state again.
     */
    private final class LossDetector implements StateRestoreListener {
        @Override
        public void onRestoreStart(TopicPartition changelog, String store, long startingOffset, long endingOffset) {
            restore.begin(changelog, endingOffset - startingOffset);
            if (begun && endingOffset == 0) {
                state.lost(store, changelog.partition()).ifPresent(why -> {
                    throw new LogException("The state of " + name + " is lost: " + why
                            + "; stop all instances of the stage and start one, which makes it again from the log");
                });
            }
        }

        @Override
        public void onBatchRestored(TopicPartition changelog, String store, long batchEndOffset, long restored) {
            restore.read(changelog, restored);
        }

        @Override
        public void onRestoreEnd(TopicPartition changelog, String store, long restored) {
            restore.end(changelog);
        }

        @Override
        public void onRestoreSuspended(TopicPartition changelog, String store, long restored) {
            restore.end(changelog); // the task moves to another instance
        }
    }

    @Override
    public double dropped(String what) {
        KafkaStreams application = streams;
        return application == null
                ? 0
                : application.metrics().entrySet().stream()
                        .filter(metric -> Counter.counts(metric.getKey(), what))
                        .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
                        .sum();
    }

    @Override
    public long restored() {
        return restore.restored();
    }

    @Override
    public long restoreRemaining() {
        return restore.remaining();
    }

    @Override
    public MeterBinder kafkaMetrics() {
        KafkaStreamsMetrics binder =
                new KafkaStreamsMetrics(Objects.requireNonNull(streams, "the stage is not started"));
        metrics = binder;
        return binder;
    }

    @Override
    public long restarts() {
        return restarts.get();
    }

    @Override
    public Optional<String> waitsFor() {
        KafkaStreams application = streams;
        KafkaStreams.State now = application == null ? KafkaStreams.State.CREATED : application.state();
        long left = restore.remaining();
        return now == KafkaStreams.State.RUNNING
                ? Optional.empty()
                : Optional.of("the stage " + name + " is " + now
                        + (left == 0 ? "" : ", " + left + " records of its state are yet to be restored"));
    }

    @Override
    public boolean finished() {
        return false;
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }

    @Override
    public void close() {
        if (retention != null) {
            retention.close();
        }
        if (metrics != null) {
            metrics.close();
        }
        KafkaStreams application = streams;
        if (application != null
                && !application.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                        .withTimeout(CLOSE_PATIENCE))) {
            LOG.warn("{} did not stop within {}; a restart repeats what it had not committed", name, CLOSE_PATIENCE);
        } else {
            rememberEnds();
        }
        StateFolder taken = folder;
        if (taken != null) {
            taken.close();
        }
    }

    /** Remembers the ends of the changelogs, which belong to the state on the disk. */
    private void rememberEnds() {
        ChangelogEnds changelogs = ends;
        ends = null;
        if (changelogs == null) {
            return; // never started
        }
        try {
            changelogs.remember();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
