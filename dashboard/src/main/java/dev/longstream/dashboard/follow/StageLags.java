package dev.longstream.dashboard.follow;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads how many offsets of its input each stage still has to read, from the committed offsets of its consumer group. Offsets of
 * transaction markers count too, at most a few for each partition.
 */
final class StageLags implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StageLags.class);

    private final EventLog log;
    private final Admin admin;
    private final Map<String, Topic<?>> inputs;
    private Map<String, Long> told = Map.of();
    private @Nullable Asked asked;

    /** Opens an admin client for the log of a run. */
    StageLags(EventLog log) {
        this.log = log;
        this.admin = log.admin();
        Topics topics = log.topics();
        this.inputs =
                Map.of("scoring", topics.trajectories(), "grouping", topics.scored(), "batching", topics.groups());
    }

    /**
     * Returns the lag in offsets by stage as the broker told it last, and asks anew unless a reply is awaited. It never waits: where
     * no group has ever been, a broker has no coordinator to answer. Without the stages whose offsets the broker does not tell.
     */
    Map<String, Long> newest() throws InterruptedException {
        if (asked != null && asked.isDone()) {
            told = asked.lags();
            asked = null;
        }
        if (asked == null) {
            asked = ask();
        }
        return told;
    }

    private Asked ask() {
        Map<String, Set<TopicPartition>> partitions = new HashMap<>();
        inputs.forEach((stage, topic) -> partitions.put(
                stage,
                IntStream.range(0, topic.partitions())
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                        .collect(Collectors.toSet())));
        Map<String, StageOffsets> offsets = new HashMap<>();
        partitions.forEach((stage, own) -> {
            String group = log.topics().application(stage);
            offsets.put(
                    stage,
                    new StageOffsets(
                            admin.listConsumerGroupOffsets(
                                            Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(own)))
                                    .partitionsToOffsetAndMetadata(group),
                            admin.listOffsets(own.stream()
                                            .collect(Collectors.toMap(
                                                    partition -> partition, partition -> OffsetSpec.latest())))
                                    .all()));
        });
        return new Asked(offsets);
    }

    /** Offsets of all stages that the broker was asked for. */
    private record Asked(Map<String, StageOffsets> stages) {
        boolean isDone() {
            return stages.values().stream().allMatch(StageOffsets::isDone);
        }

        Map<String, Long> lags() throws InterruptedException {
            Map<String, Long> lags = new HashMap<>();
            for (Map.Entry<String, StageOffsets> stage : stages.entrySet()) {
                try {
                    lags.put(stage.getKey(), stage.getValue().lag());
                } catch (ExecutionException e) { // denied, or the broker is busy
                    LOG.debug("The lag of {} cannot be read", stage.getKey(), e);
                }
            }
            return lags;
        }
    }

    /** Committed offsets of a stage and the ends of its input. */
    private record StageOffsets(
            KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> committed,
            KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> ends) {
        boolean isDone() {
            return committed.isDone() && ends.isDone();
        }

        long lag() throws ExecutionException, InterruptedException {
            Map<TopicPartition, OffsetAndMetadata> read = committed.get();
            long lag = 0;
            for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
                    ends.get().entrySet()) {
                OffsetAndMetadata at = read.get(end.getKey());
                lag += Math.max(0, end.getValue().offset() - (at == null ? 0 : at.offset()));
            }
            return lag;
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO); // a request may be under way
    }
}
