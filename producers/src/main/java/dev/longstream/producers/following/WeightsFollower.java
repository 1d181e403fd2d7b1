package dev.longstream.producers.following;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Weights;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;

/** Knows the newest policy version that was announced. One thread uses it. */
public final class WeightsFollower implements AutoCloseable {
    private final TopicReader<Weights> announcements;
    private @Nullable Weights newest;

    public WeightsFollower(EventLog log) {
        this.announcements = new TopicReader<>(log, log.topics().weights());
    }

    /** The newest announced version after waiting up to {@code patience} for another; empty before the first. */
    public Optional<Weights> newest(Duration patience) {
        announcements.poll(patience, record -> newest = record.value());
        return Optional.ofNullable(newest);
    }

    @Override
    public void close() {
        announcements.close();
    }
}
