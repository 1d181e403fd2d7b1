package dev.longstream.exports;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Evaluation;

import java.time.Duration;

/** Tells when a run has made and evaluated its last version. Not thread-safe. */
public final class LastVersion implements AutoCloseable {
    private final TopicReader<Evaluation> evaluations;
    private final long totalSteps;
    private boolean evaluated;

    /**
     * Opens the evaluations of a run.
     *
     * @param totalSteps number of the run's steps, which is its last version
     */
    public LastVersion(EventLog log, long totalSteps) {
        this.evaluations = new TopicReader<>(log, log.topics().evaluations());
        this.totalSteps = totalSteps;
    }

    /** Reads the new evaluations without waiting, and returns whether one is of the last version. */
    public boolean isEvaluated() {
        if (!evaluated) {
            evaluations.poll(
                    Duration.ZERO, record -> evaluated |= record.value().getVersion() >= totalSteps);
        }
        return evaluated;
    }

    @Override
    public void close() {
        evaluations.close();
    }
}
