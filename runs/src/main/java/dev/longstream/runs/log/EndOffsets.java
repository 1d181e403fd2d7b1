package dev.longstream.runs.log;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Topic;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads the end offsets of a run's topics. */
public final class EndOffsets {
    private static final int PATIENCE_SECONDS = 30;

    private EndOffsets() {}

    /**
     * End offsets of one topic.
     *
     * @param topic the topic
     * @param ends end offset of each partition in ascending order of partitions; empty if the broker has no such topic
     */
    public record TopicEnd(Topic<?> topic, List<Long> ends) {
        /** Returns the sum of the end offsets over all partitions; transaction markers count too. */
        public long total() {
            return ends.stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Returns the end offsets of every topic of the run, in the order of the data flow. */
    public static List<TopicEnd> of(EventLog log, Admin admin) {
        try {
            Set<String> names = admin.listTopics().names().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            List<Topic<?>> present = new ArrayList<>();
            for (Topic<?> topic : log.topics().all()) {
                if (names.contains(topic.name())) {
                    present.add(topic);
                }
            }
            Map<String, TopicDescription> descriptions = admin.describeTopics(
                            present.stream().map(Topic::name).toList())
                    .allTopicNames()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Map<TopicPartition, OffsetSpec> wanted = new LinkedHashMap<>();
            descriptions.forEach((name, description) -> description
                    .partitions()
                    .forEach(partition ->
                            wanted.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
            Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> found =
                    admin.listOffsets(wanted).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Map<String, TreeMap<Integer, Long>> ends = new HashMap<>();
            found.forEach((partition, info) -> ends.computeIfAbsent(partition.topic(), name -> new TreeMap<>())
                    .put(partition.partition(), info.offset()));
            List<TopicEnd> all = new ArrayList<>();
            for (Topic<?> topic : log.topics().all()) {
                all.add(new TopicEnd(
                        topic,
                        List.copyOf(
                                ends.getOrDefault(topic.name(), new TreeMap<>()).values())));
            }
            return all;
        } catch (ExecutionException | TimeoutException e) {
            throw new LogException("The broker " + log.address().bootstrapServers() + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while reading end offsets from the broker", e);
        }
    }
}
