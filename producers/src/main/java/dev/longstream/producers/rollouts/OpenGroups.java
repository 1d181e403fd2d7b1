package dev.longstream.producers.rollouts;

import dev.longstream.log.EventLog;
import dev.longstream.producers.queue.Sending;
import dev.longstream.record.Trajectory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Assignments in progress. Publishes their trajectories, and acknowledges an assignment when all of them are on the log. */
final class OpenGroups {
    private final EventLog log;
    private final KafkaProducer<String, SpecificRecord> producer;
    private final Map<String, OpenGroup> open = new HashMap<>();

    OpenGroups(EventLog log, KafkaProducer<String, SpecificRecord> producer) {
        this.log = log;
        this.producer = producer;
    }

    void add(OpenGroup group) {
        open.put(group.assignment().getGroupId(), group);
    }

    /** Returns the assignment of a group; null if it is not in progress. */
    @Nullable
    OpenGroup find(String groupId) {
        return open.get(groupId);
    }

    /** Returns the newest policy version that admitted an open assignment; −1 without assignments. */
    long newestAdmittingVersion() {
        return open.values().stream()
                .mapToLong(group -> group.assignment().getAdmittedVersion())
                .max()
                .orElse(-1);
    }

    /** Publishes the failure of all answers of an assignment. */
    void fail(OpenGroup group, @Nullable String reason) {
        String why = reason == null ? "unknown" : reason;
        publish(IntStream.range(0, group.assignment().getSamples())
                .mapToObj(sample -> group.failed(sample, why, Instant.now()))
                .toList());
    }

    /** Publishes trajectories, then acknowledges the assignments that they complete. */
    void publish(List<Trajectory> trajectories) {
        Sending.all(producer, log.topics().trajectories(), trajectories, Trajectory::getGroupId);
        open.values().removeIf(group -> {
            if (group.isComplete()) {
                group.finish();
            }
            return group.isComplete();
        });
    }
}
