package dev.longstream.streams;

import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.streams.topology.StageTopology;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A stage that is a Kafka Streams application. Follows the log for ever; what it cannot go on after ends it and is its
 * {@link #failure()}.
 */
final class StreamsRole implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsRole.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);
    /** How long a killed process keeps its tasks from its successor. */
    private static final int SESSION_TIMEOUT_MS = 10_000;

    /** How often a transaction may be refused by the broker and be done again; Streams itself would stop at the first. */
    private static final int REFUSED_TRANSACTIONS = 5;

    private final String name;
    private final KafkaStreams streams;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicInteger refused = new AtomicInteger();

    StreamsRole(String name, EventLog log, Topology topology, StreamsRuntime runtime) {
        this.name = name;
        this.streams = new KafkaStreams(topology, settings(name, log, runtime));
        streams.setUncaughtExceptionHandler(this::answer);
    }

    /** What becomes of the thread that this ended. */
    StreamThreadExceptionResponse answer(Throwable thrown) {
        Throwable cause = causeOf(thrown);
        if (cause instanceof InvalidTxnStateException && refused.incrementAndGet() <= REFUSED_TRANSACTIONS) {
            LOG.warn("{} goes on from its last committed offsets: {}", name, cause.getMessage());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        LOG.info("{} cannot go on", name, thrown); // whoever runs it says so
        failure.compareAndSet(null, cause);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private static Properties settings(String name, EventLog log, StreamsRuntime runtime) {
        long commitMs = runtime.commitInterval().toMillis();
        Properties settings = new Properties();
        settings.put("consumer.session.timeout.ms", SESSION_TIMEOUT_MS);
        // A partition joins a transaction with its first batch. On a busy machine a second one would arrive before that
        // is done, be refused
        // as out of order, and sent again.
        settings.put("producer.max.in.flight.requests.per.connection", 1);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMs);
        // A poll that waits for records puts off the commit of those before it.
        settings.put(StreamsConfig.POLL_MS_CONFIG, Math.min(commitMs, 100));
        settings.putAll(StageTopology.settings(log, name));
        settings.put(StreamsConfig.STATE_DIR_CONFIG, runtime.stateFolder().toString());
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, runtime.threads());
        return settings;
    }

    /** What went wrong, without the envelopes that say in which task it did: those are in the log. */
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
        boolean closed = streams.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_PATIENCE));
        if (!closed) {
            LOG.warn("{} did not stop within {}; what it had not committed is done again", name, CLOSE_PATIENCE);
        }
    }
}
