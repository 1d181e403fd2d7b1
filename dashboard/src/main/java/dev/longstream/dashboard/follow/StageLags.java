package dev.longstream.dashboard.follow;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads how many offsets of its input each stage still has to read, from the committed offsets of its consumer group. Offsets of
 * transaction markers count too, at most a few for each partition.
 */
final class StageLags implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StageLags.class);
    private static final int PATIENCE_SECONDS = 10;

    private final EventLog log;
    private final Admin admin;
    private final Map<String, Topic<?>> inputs;

    /** Opens an admin client for the log of a run. */
    StageLags(EventLog log) {
        this.log = log;
        this.admin = log.admin();
        Topics topics = log.topics();
        this.inputs =
                Map.of("scoring", topics.trajectories(), "grouping", topics.scored(), "batching", topics.groups());
    }

    /** Returns the lag in offsets by stage; without the stages whose offsets the broker does not tell. */
    Map<String, Long> now() throws InterruptedException {
        Map<String, Long> lags = new HashMap<>();
        for (Map.Entry<String, Topic<?>> input : inputs.entrySet()) {
            try {
                lags.put(input.getKey(), lag(log.topics().application(input.getKey()), input.getValue()));
            } catch (ExecutionException | TimeoutException e) { // denied, or the broker is busy
                LOG.debug("The lag of {} cannot be read", input.getKey(), e);
            }
        }
        return lags;
    }

    private long lag(String group, Topic<?> topic) throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (int partition = 0; partition < topic.partitions(); partition++) {
            wanted.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
        }
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(
                        Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(wanted.keySet())))
                .partitionsToOffsetAndMetadata(group)
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        Map<TopicPartition, ListOffsetsResultInfo> ends =
                admin.listOffsets(wanted).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        long lag = 0;
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : ends.entrySet()) {
            OffsetAndMetadata at = committed.get(end.getKey());
            lag += Math.max(0, end.getValue().offset() - (at == null ? 0 : at.offset()));
        }
        return lag;
    }

    @Override
    public void close() {
        admin.close();
    }
}
