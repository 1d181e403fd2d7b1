package dev.longstream.exports;

import dev.longstream.exports.metrics.MetricPoint;
import dev.longstream.exports.metrics.MetricSink;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Step;

import java.time.Duration;
import java.util.function.Supplier;

/** Exports the metrics of a run's gradient steps and evaluations. Not thread-safe. */
public final class MetricExport implements AutoCloseable {
    private final TopicReader<Step> stepTopic;
    private final TopicReader<Evaluation> evaluationTopic;
    private final MetricSink sink;
    private long steps;
    private long evaluations;

    /**
     * Number of records exported.
     *
     * @param steps gradient steps
     * @param evaluations evaluations on held-out questions
     */
    public record ExportedMetrics(long steps, long evaluations) {}

    /**
     * Opens the two topics.
     *
     * @param sink receives the metrics; the caller closes it
     */
    public MetricExport(EventLog log, MetricSink sink) {
        this.sink = sink;
        this.stepTopic = new TopicReader<>(log, log.topics().steps());
        try {
            this.evaluationTopic = new TopicReader<>(log, log.topics().evaluations());
        } catch (RuntimeException e) {
            stepTopic.close();
            throw e;
        }
    }

    /** Exports the records since the last call, up to the present end of the log. */
    public void catchUp() {
        stepTopic.readToEnd(record -> {
            sink.add(MetricPoint.of(record.value()));
            steps++;
        });
        evaluationTopic.readToEnd(record -> {
            sink.add(MetricPoint.of(record.value()));
            evaluations++;
        });
        sink.flush();
    }

    /**
     * Exports what is new after every interval until the run is over.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public void follow(Duration interval, Supplier<FollowState> state) throws InterruptedException {
        Following.repeat(interval, state, this::catchUp);
    }

    /** Returns the number of records exported so far. */
    public ExportedMetrics exported() {
        return new ExportedMetrics(steps, evaluations);
    }

    @Override
    public void close() {
        stepTopic.close();
        evaluationTopic.close();
    }
}
