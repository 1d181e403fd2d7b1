package dev.longstream.producers.following;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Weights;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Follows the announcements in {@code weights} and remembers them. Not thread-safe. */
final class WeightsFollower implements AutoCloseable {
    private final TopicReader<Weights> announcements;
    private final Map<Long, Weights> versions = new HashMap<>();
    private final Consumer<Weights> listener;
    private @Nullable Weights newest;

    /**
     * Creates a follower that starts at the beginning of {@code weights}.
     *
     * @param listener receives every announcement
     */
    WeightsFollower(EventLog log, Consumer<Weights> listener) {
        this.listener = listener;
        this.announcements = new TopicReader<>(log, log.topics().weights());
    }

    /** Waits up to {@code patience} for another announcement and returns the newest version; empty before the first. */
    Optional<Weights> newest(Duration patience) {
        long before = version();
        announcements.poll(patience, record -> note(record.value()));
        if (version() != before) {
            // A poll gives some hundred records at most, and the folders of old versions are gone.
            announcements.readToEnd(record -> note(record.value()));
        }
        return Optional.ofNullable(newest);
    }

    /** Returns an announced version among those that {@link #newest} has read. */
    Optional<Weights> version(long version) {
        return Optional.ofNullable(versions.get(version));
    }

    private void note(Weights announced) {
        versions.put(announced.getVersion(), announced);
        newest = announced;
        listener.accept(announced);
    }

    private long version() {
        return newest == null ? -1 : newest.getVersion();
    }

    @Override
    public void close() {
        announcements.close();
    }
}
