package dev.longstream.exports.metrics;

import java.util.List;

/** Receives metrics in the order of the log. Not thread-safe. */
public interface MetricSink extends AutoCloseable {
    /** Adds the metrics of one record. */
    void add(List<MetricPoint> points);

    /** Makes everything added so far visible to readers. */
    void flush();

    @Override
    void close();
}
