package dev.longstream.dashboard.follow;

import dev.longstream.failure.UnreachableException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.log.TopicReader.TopicRecord;
import dev.longstream.log.Topics;
import dev.longstream.runs.audit.Pruning;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Reads what is new on the log of a run once a second, on a thread of its own, while somebody asks for it. Half a minute after the
 * last question it waits for the next one.
 */
public final class RunFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunFollower.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration AFTER_A_FAULT = Duration.ofSeconds(5);
    private static final Duration ATTENTION = Duration.ofSeconds(30);
    /** Time in milliseconds for the look under way, before it is interrupted. */
    private static final long LAST_LOOK_MILLIS = 3_000;

    private static final long JOIN_MILLIS = 10_000;

    private final EventLog log;
    private final RunFacts facts;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition asked = lock.newCondition();
    private final Condition ready = lock.newCondition();
    private long askedAt = System.nanoTime();
    private @Nullable FollowedRun complete;
    private String problem = "";
    private volatile boolean closed;

    /** One topic and what happens with its records. */
    private static final class Source<V extends SpecificRecord> implements AutoCloseable {
        private final TopicReader<V> reader;
        private final Consumer<TopicRecord<V>> use;

        Source(EventLog log, Topic<V> topic, Consumer<TopicRecord<V>> use) {
            this.reader = new TopicReader<>(log, topic);
            this.use = use;
        }

        void read() {
            reader.readToEnd(use);
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    /** Starts to follow a run. */
    public RunFollower(EventLog log, RunFacts facts) {
        this.log = log;
        this.facts = facts;
        this.thread = new Thread(this::follow, "dashboard-" + facts.name());
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns the log of the run. */
    public EventLog log() {
        return log;
    }

    /** Returns the run as its configuration describes it. */
    public RunFacts facts() {
        return facts;
    }

    /** Returns why the log cannot be read now; "" if it can. */
    public String problem() {
        lock.lock();
        try {
            return problem;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the figures of the run as they were read last; they are some seconds old while somebody asks regularly.
     *
     * @param patience time to wait until the log has been read once
     * @return empty if the log has not been read to its end yet
     */
    public Optional<FollowedRun> figures(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            askedAt = System.nanoTime();
            asked.signalAll();
            while (complete == null && problem.isEmpty() && left > 0) {
                left = ready.awaitNanos(left);
            }
            return Optional.ofNullable(complete);
        } finally {
            lock.unlock();
        }
    }

    private void follow() {
        while (!closed) {
            List<Source<?>> sources = new ArrayList<>();
            try (StageLags lags = new StageLags(log)) {
                FollowedRun run = new FollowedRun(facts, Pruning.of(log));
                open(run, sources);
                while (!closed) {
                    for (Source<?> source : sources) {
                        source.read();
                    }
                    run.lags(lags.newest());
                    publish(run);
                    pause();
                }
            } catch (LogException | UnreachableException | KafkaException e) {
                if (closed || e instanceof InterruptException) {
                    return;
                }
                LOG.warn("Run {} cannot be followed now: {}", facts.name(), e.toString());
                report(e);
            } catch (InterruptedException e) {
                return; // closed
            } catch (RuntimeException e) {
                LOG.error("Run {} cannot be followed", facts.name(), e);
                report(e);
            } finally {
                boolean ignored =
                        Thread.interrupted(); // an interrupted client does not end its session with the broker
                sources.forEach(Source::close);
            }
        }
    }

    /** Opens the topics, upstream first. Closing the sources is the caller's. */
    private void open(FollowedRun run, List<Source<?>> sources) {
        Topics topics = log.topics();
        sources.add(new Source<>(log, topics.control(), run::control));
        sources.add(new Source<>(log, topics.assignments(), run::assignment));
        sources.add(new Source<>(log, topics.scored(), run::scored));
        sources.add(new Source<>(log, topics.groups(), run::group));
        sources.add(new Source<>(log, topics.rejectedGroups(), run::group));
        sources.add(new Source<>(log, topics.batches(), run::batch));
        sources.add(new Source<>(log, topics.steps(), run::step));
        sources.add(new Source<>(log, topics.evaluations(), run::evaluation));
        sources.add(new Source<>(log, topics.deadLetters(), run::deadLetter));
    }

    private void publish(FollowedRun run) {
        lock.lock();
        try {
            complete = run;
            problem = "";
            ready.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void report(Exception fault) {
        lock.lock();
        try {
            problem = String.valueOf(fault.getMessage());
            ready.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            Thread.sleep(AFTER_A_FAULT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** Waits until the next look; for longer if nobody has asked lately. */
    private void pause() throws InterruptedException {
        Thread.sleep(BETWEEN_LOOKS.toMillis());
        lock.lockInterruptibly();
        try {
            while (!closed && System.nanoTime() - askedAt > ATTENTION.toNanos()) {
                asked.await();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        lock.lock();
        try {
            asked.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(LAST_LOOK_MILLIS);
            thread.interrupt();
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
