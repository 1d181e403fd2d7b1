package dev.longstream.producers.following;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.record.Weights;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;

/** Follows the announcements in {@code weights} and remembers the newest policy version. Not thread-safe. */
public final class WeightsFollower implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(200);

    private final TopicReader<Weights> announcements;
    private @Nullable Weights newest;

    /** Creates a follower that starts at the beginning of {@code weights}. */
    public WeightsFollower(EventLog log) {
        this.announcements = new TopicReader<>(log, log.topics().weights());
    }

    /** Waits up to {@code patience} for another announcement and returns the newest version; empty before the first. */
    public Optional<Weights> newest(Duration patience) {
        long before = version();
        announcements.poll(patience, record -> newest = record.value());
        if (version() != before) {
            // A poll gives some hundred records at most, and the folders of old versions are gone.
            announcements.readToEnd(record -> newest = record.value());
        }
        return Optional.ofNullable(newest);
    }

    private long version() {
        return newest == null ? -1 : newest.getVersion();
    }

    /**
     * Opens an announced version, or the newest one if a newer version replaced it meanwhile and its folder is gone.
     *
     * @throws PolicyFolderException if the newest version's folder is missing or incomplete
     */
    public OpenWeights open(Weights announced) {
        Weights wanted = announced;
        while (true) {
            try {
                return new OpenWeights(wanted, WeightsFolder.open(wanted));
            } catch (PolicyFolderException e) {
                Weights after = newest(PATIENCE).orElse(wanted);
                if (after.getVersion() == wanted.getVersion()) {
                    throw e;
                }
                wanted = after;
            }
        }
    }

    @Override
    public void close() {
        announcements.close();
    }
}
