package dev.longstream.streams;

import dev.longstream.log.EventLog;
import dev.longstream.log.PassingFault;
import dev.longstream.log.Role;
import dev.longstream.streams.topology.StageTopology;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * Runs a stage as a Kafka Streams application. It follows the log without end; an error that it cannot recover from
 * ends it and becomes its {@link #failure()}.
 */
final class StreamsRole implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsRole.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);
    /** Session timeout in milliseconds: how long the tasks of a killed process stay assigned to it. */
    private static final int SESSION_TIMEOUT_MS = 10_000;

    /**
     * Number of transactions that the broker may refuse within an hour before the role fails; Streams itself would stop at
     * the first.
     */
    private static final int REFUSED_TRANSACTIONS = 5;

    /** Text in which Kafka's client reports an error code of a transaction's response that it does not know. */
    private static final Pattern UNKNOWN_REFUSAL = Pattern.compile("^Un(expected|handled) error in \\w+Response");

    /** Pause before a thread is replaced whose broker or registry does not answer. */
    private static final Duration FAULT_PAUSE = Duration.ofSeconds(2);

    private final String name;
    private final KafkaStreams streams;
    private final ChangelogEnds ends;
    private volatile boolean started;
    private final @Nullable RetentionPoint retention;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final FailureBudget refused = new FailureBudget(REFUSED_TRANSACTIONS, Duration.ofHours(1));

    StreamsRole(String name, EventLog log, Topology topology, StreamsRuntime runtime) {
        this(name, log, topology, runtime, null);
    }

    /**
     * Creates a stage.
     *
     * @param retention started and closed with the stage; null: its stores need none
     */
    StreamsRole(
            String name, EventLog log, Topology topology, StreamsRuntime runtime, @Nullable RetentionPoint retention) {
        this.name = name;
        this.retention = retention;
        createStateFolder(runtime.stateFolder());
        this.streams = new KafkaStreams(topology, settings(name, log, runtime));
        this.ends = new ChangelogEnds(log, log.topics().name(name), runtime.stateFolder());
        streams.setUncaughtExceptionHandler(this::respondTo);
    }

    /** Creates the folder here: of two stages that start at once, Kafka Streams fails in one if both create it. */
    private static void createStateFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("The folder of the stages' state " + folder + " cannot be created", e);
        }
    }

    /** Decides whether the failed thread is replaced or the application ends. */
    StreamThreadExceptionResponse respondTo(Throwable thrown) {
        Throwable cause = causeOf(thrown);
        if (isRefusedTransaction(cause) && refused.spend(System.nanoTime())) {
            LOG.warn("{} restarts from its last committed offsets: {}", name, cause.getMessage());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        if (PassingFault.isBehind(cause)) {
            LOG.warn(
                    "{} waits {} and goes on from its last committed offsets: {}", name, FAULT_PAUSE, cause.toString());
            pause();
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        LOG.info("{} cannot continue", name, thrown); // not an error here: the owner of the role reports the failure
        failure.compareAndSet(null, cause);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /**
     * Returns whether the broker refused a transaction that a new producer can begin again. A broker that is short of processor
     * time forgets a producer or fails in a request of its own; Kafka's client gives neither an exception class.
     */
    private static boolean isRefusedTransaction(Throwable cause) {
        return cause instanceof InvalidTxnStateException
                || cause instanceof InvalidPidMappingException
                || cause instanceof KafkaException
                        && UNKNOWN_REFUSAL
                                .matcher(String.valueOf(cause.getMessage()))
                                .find();
    }

    private static void pause() {
        try {
            Thread.sleep(FAULT_PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Properties settings(String name, EventLog log, StreamsRuntime runtime) {
        long commitMs = runtime.commitInterval().toMillis();
        Properties settings = new Properties();
        settings.put("consumer.session.timeout.ms", SESSION_TIMEOUT_MS);
        // A partition joins a transaction with its first batch. On a busy machine a second batch would arrive before
        // that is done; the broker would refuse it as out of order, and the producer would send it again.
        settings.put("producer.max.in.flight.requests.per.connection", 1);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMs);
        // A poll that waits for new records delays the commit of the records before it.
        settings.put(StreamsConfig.POLL_MS_CONFIG, Math.min(commitMs, 100));
        settings.putAll(StageTopology.settings(log, name));
        settings.put(StreamsConfig.STATE_DIR_CONFIG, runtime.stateFolder().toString());
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
        try {
            if (ends.wereSetBack()) {
                LOG.warn(
                        "The local state of {} is newer than the log, which was set back; it is restored from the log",
                        name);
                streams.cleanUp();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        started = true;
        if (retention != null) {
            retention.start();
        }
        streams.start();
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
        boolean closed = streams.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_PATIENCE));
        if (!closed) {
            LOG.warn("{} did not stop within {}; a restart repeats what it had not committed", name, CLOSE_PATIENCE);
        } else if (started) {
            started = false;
            rememberEnds();
        }
    }

    private void rememberEnds() {
        try {
            ends.remember();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
