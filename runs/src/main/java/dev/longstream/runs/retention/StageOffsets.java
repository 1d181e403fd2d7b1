package dev.longstream.runs.retention;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Topic;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Offsets up to which the stages of a run have processed their topics. */
final class StageOffsets {
    private static final List<String> STAGES = List.of("curriculum", "scoring", "grouping", "batching");
    private static final int PATIENCE_SECONDS = 30;

    private final Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = new HashMap<>();

    private StageOffsets() {}

    static StageOffsets read(EventLog log, Admin admin) {
        StageOffsets offsets = new StageOffsets();
        for (String stage : STAGES) {
            try {
                offsets.committed.put(
                        stage,
                        admin.listConsumerGroupOffsets(log.topics().name(stage))
                                .partitionsToOffsetAndMetadata()
                                .get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            } catch (ExecutionException | TimeoutException e) {
                throw new LogException("The offsets of stage " + stage + " cannot be read: " + e, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LogException("Interrupted while the offsets of stage " + stage + " were read", e);
            }
        }
        return offsets;
    }

    /** Returns the offset of the first record that a stage has not processed; 0 if it has never read the partition. */
    long of(String stage, Topic<?> topic, int partition) {
        OffsetAndMetadata offset =
                committed.getOrDefault(stage, Map.of()).get(new TopicPartition(topic.name(), partition));
        return offset == null ? 0 : offset.offset();
    }
}
