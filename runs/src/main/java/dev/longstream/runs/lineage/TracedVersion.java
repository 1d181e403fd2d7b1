package dev.longstream.runs.lineage;

import dev.longstream.log.Topic;
import dev.longstream.record.Weights;
import org.jspecify.annotations.Nullable;

/**
 * A policy version.
 *
 * @param run name of the run that announced it
 * @param version policy version
 * @param uri folder of its weights, relative to the run's folder; null: its announcement is not on the log
 * @param digest SHA-256 of {@code model.safetensors}; null: its announcement is not on the log
 * @param announcedAt time of the announcement, ISO 8601; null: its announcement is not on the log
 * @param place place of the announcement; null: its announcement is not on the log
 */
public record TracedVersion(
        String run,
        long version,
        @Nullable String uri,
        @Nullable String digest,
        @Nullable String announcedAt,
        @Nullable TracedPlace place) {

    static TracedVersion of(String run, Topic<Weights> topic, FoundRecord<Weights> found) {
        Weights weights = found.value();
        return new TracedVersion(
                run,
                weights.getVersion(),
                weights.getUri(),
                weights.getDigest(),
                weights.getAnnouncedAt().toString(),
                TracedPlace.of(topic, found.place()));
    }

    static TracedVersion unknown(String run, long version) {
        return new TracedVersion(run, version, null, null, null, null);
    }
}
