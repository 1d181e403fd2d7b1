package dev.longstream.runs.watch;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Topic;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells whether stages have processed every record on their topics, so that what follows from these records is on the log.
 * Not thread-safe.
 */
public final class StageInputs implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int PATIENCE_SECONDS = 30;
    /** Largest number of offsets after the last record of a partition that transaction markers are expected to take. */
    private static final long MAX_MARKERS = 16;

    private final EventLog log;
    private final Map<String, List<Topic<?>>> inputs;
    private final Admin admin;
    private final KafkaConsumer<String, byte[]> consumer;

    /**
     * Opens connections to the log.
     *
     * @param inputs topics of the catalogue that each stage reads, by the stage's name; its internal topics are found by
     *     their names
     */
    public StageInputs(EventLog log, Map<String, List<Topic<?>>> inputs) {
        this.log = log;
        this.inputs = Map.copyOf(inputs);
        this.admin = log.admin();
        this.consumer = log.consumer(Map.of("fetch.max.wait.ms", (int) POLL.toMillis()));
    }

    /** Returns whether the stages have processed all records that their topics have now. */
    public boolean areProcessed() {
        // A stage commits its offsets together with its output, so ends that are read later include that output.
        Map<TopicPartition, Long> committed = committed();
        // The internal topics come second: finding them takes more requests than all else.
        return areProcessed(ends(catalogued()), committed) && areProcessed(ends(internal()), committed);
    }

    private boolean areProcessed(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> committed) {
        Map<TopicPartition, Long> rest = new HashMap<>();
        ends.forEach((partition, end) -> {
            long processed = committed.getOrDefault(partition, 0L);
            if (processed < end) {
                rest.put(partition, processed);
            }
        });
        return rest.isEmpty() || hasOnlyMarkers(rest, ends);
    }

    private Map<TopicPartition, Long> committed() {
        Map<TopicPartition, Long> committed = new HashMap<>();
        for (String stage : inputs.keySet()) {
            get(admin.listConsumerGroupOffsets(log.topics().name(stage)).partitionsToOffsetAndMetadata())
                    .forEach((partition, offset) -> {
                        if (offset != null) {
                            committed.put(partition, offset.offset());
                        }
                    });
        }
        return committed;
    }

    private Set<TopicPartition> catalogued() {
        Set<TopicPartition> partitions = new HashSet<>();
        for (List<Topic<?>> topics : inputs.values()) {
            for (Topic<?> topic : topics) {
                for (int partition = 0; partition < topic.partitions(); partition++) {
                    partitions.add(new TopicPartition(topic.name(), partition));
                }
            }
        }
        return partitions;
    }

    private Set<TopicPartition> internal() {
        Set<String> topics = new HashSet<>();
        for (String name : get(admin.listTopics().names())) {
            boolean internal = inputs.keySet().stream()
                    .anyMatch(
                            stage -> name.startsWith(log.topics().name(stage + "-")) && name.endsWith("-repartition"));
            if (internal) {
                topics.add(name);
            }
        }
        Set<TopicPartition> partitions = new HashSet<>();
        for (TopicDescription topic :
                get(admin.describeTopics(topics).allTopicNames()).values()) {
            topic.partitions().forEach(found -> partitions.add(new TopicPartition(topic.name(), found.partition())));
        }
        return partitions;
    }

    private Map<TopicPartition, Long> ends(Set<TopicPartition> partitions) {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        get(admin.listOffsets(wanted).all()).forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    /** Returns whether only markers of transactions follow; a stage may not commit an offset after them. */
    private boolean hasOnlyMarkers(Map<TopicPartition, Long> rest, Map<TopicPartition, Long> ends) {
        boolean many = rest.entrySet().stream()
                .anyMatch(each -> Objects.requireNonNull(ends.get(each.getKey())) - each.getValue() > MAX_MARKERS);
        if (many) {
            return false;
        }
        Collection<TopicPartition> partitions = rest.keySet();
        consumer.assign(partitions);
        rest.forEach(consumer::seek);
        return consumer.poll(POLL).isEmpty()
                && partitions.stream()
                        .allMatch(partition ->
                                consumer.position(partition) >= Objects.requireNonNull(ends.get(partition)));
    }

    private <T> T get(KafkaFuture<T> answer) {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new LogException(
                    "The progress of the stages cannot be read from "
                            + log.address().bootstrapServers() + ": " + e,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while the progress of the stages was read", e);
        }
    }

    @Override
    public void close() {
        consumer.close();
        admin.close();
    }
}
