package dev.longstream.streams;

import dev.longstream.log.LogException;
import dev.longstream.streams.topology.Filling;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Tells whether a stage's state on the log is lost: its changelog topics compared with the offsets that it has committed.
 *
 * <p>A changelog that is empty although the stage has read its inputs was lost, with a broker's disk or by hand. Kafka Streams
 * would go on from the committed offsets with an empty store, and records before them would be missing for ever. Since a stage
 * is a function of the log, its state can be made again from its inputs, see {@link StateRebuild}.
 */
final class StageState {
    private static final Logger LOG = LoggerFactory.getLogger(StageState.class);
    private static final String COMPARISON = "compare its state with the log";
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final StageAdmin stage;
    private final Map<String, Filling> filledFrom;

    /**
     * Creates the view of one stage.
     *
     * @param filledFrom topics that prove that a store has content, by store
     */
    StageState(StageAdmin stage, Map<String, Filling> filledFrom) {
        this.stage = stage;
        this.filledFrom = filledFrom;
    }

    /** Returns which state is lost, as a clause for people; empty if none is. */
    Optional<String> lost() {
        return stage.call(COMPARISON, admin -> {
            Map<TopicPartition, OffsetAndMetadata> committed = stage.committed(admin);
            if (committed.isEmpty()) {
                return Optional.empty(); // the stage begins, or begins again, at the start of its inputs
            }
            Map<String, Integer> partitions = partitions(admin);
            for (var entry : filledFrom.entrySet()) {
                Integer count = partitions.get(entry.getValue().topic());
                if (count == null) {
                    return Optional.of(entry.getValue().topic() + " is gone, although the stage has processed records");
                }
                for (int partition = 0; partition < count; partition++) {
                    Optional<String> lost = lost(admin, entry.getKey(), partition, committed, partitions);
                    if (lost.isPresent()) {
                        return lost;
                    }
                }
            }
            return Optional.empty();
        });
    }

    /** Returns why a partition of a store counts as lost if its changelog is empty; empty if it does not. */
    Optional<String> lost(String store, int partition) {
        if (!filledFrom.containsKey(store)) {
            return Optional.empty();
        }
        return stage.call(
                COMPARISON, admin -> lost(admin, store, partition, stage.committed(admin), partitions(admin)));
    }

    private Optional<String> lost(
            Admin admin,
            String store,
            int partition,
            Map<TopicPartition, OffsetAndMetadata> committed,
            Map<String, Integer> partitions)
            throws ExecutionException, InterruptedException {
        TopicPartition changelog = new TopicPartition(changelog(store), partition);
        Filling filling = Objects.requireNonNull(filledFrom.get(store));
        TopicPartition source = new TopicPartition(filling.topic(), partition);
        boolean there = partition < partitions.getOrDefault(changelog.topic(), 0);
        if (there && end(admin, changelog, IsolationLevel.READ_UNCOMMITTED) > 0) {
            return Optional.empty();
        }
        long processed = filling.input() ? read(source, committed) : written(admin, source, committed);
        return processed == 0 || !holdsRecordBefore(filling, source, processed)
                ? Optional.empty()
                : Optional.of("partition " + partition + " of " + changelog.topic() + (there ? " is empty" : " is gone")
                        + ", although the stage has processed " + source + " up to offset " + processed);
    }

    /**
     * Returns whether a partition has, or had, a committed record before an offset that fills the store. Markers and records of
     * aborted transactions take offsets, too, and fill no store. Records that were removed count: a stage removes what it has
     * processed.
     */
    private boolean holdsRecordBefore(Filling filling, TopicPartition partition, long offset) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (KafkaConsumer<String, byte[]> consumer = stage.log().consumer(Map.of());
                Filling.Counting counting = filling.counting().apply(stage.log())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            if (consumer.position(partition) > 0) {
                return true;
            }
            while (consumer.position(partition) < offset) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(PAUSE)) {
                    if (record.offset() < offset && counting.counts(record.value())) {
                        return true;
                    }
                }
                if (System.nanoTime() > deadline) {
                    throw new LogException("No record of " + partition + " could be read within " + PATIENCE.toSeconds()
                            + " s, although " + stage.application() + " has processed it up to offset " + offset);
                }
            }
            return false;
        }
    }

    /** Returns how far the stage has read an input. */
    private static long read(TopicPartition input, Map<TopicPartition, OffsetAndMetadata> committed) {
        OffsetAndMetadata read = committed.get(input);
        return read == null ? 0 : read.offset();
    }

    /** Returns the end of an output; 0 if the stage has read nothing of this partition of its inputs. */
    private static long written(Admin admin, TopicPartition output, Map<TopicPartition, OffsetAndMetadata> committed)
            throws ExecutionException, InterruptedException {
        boolean hasRead = committed.entrySet().stream()
                .anyMatch(read -> read.getKey().partition() == output.partition()
                        && read.getValue().offset() > 0);
        return hasRead ? end(admin, output, IsolationLevel.READ_COMMITTED) : 0;
    }

    /** Warns if a topic of the stage has fewer replicas than it would be created with now. */
    void warnOfFewerReplicas(int wanted) {
        Optional<TopicDescription> fewer = stage.call("describe its topics", admin -> {
            List<String> names = stage.internalTopics(admin);
            return admin.describeTopics(names).allTopicNames().get().values().stream()
                    .filter(topic -> topic.partitions().get(0).replicas().size() < wanted)
                    .findFirst();
        });
        fewer.ifPresent(topic -> LOG.warn(
                "Topic {} has {} replicas, expected {}: a lost disk would take state of the stage;"
                        + " kafka-reassign-partitions.sh adds replicas",
                topic.name(),
                topic.partitions().get(0).replicas().size(),
                wanted));
    }

    /** Returns the number of partitions of the run's topics, those of Kafka Streams included, as far as they exist. */
    private Map<String, Integer> partitions(Admin admin) throws ExecutionException, InterruptedException {
        List<String> names = admin.listTopics().names().get().stream()
                .filter(name -> name.startsWith(stage.log().topics().name("")))
                .toList();
        Map<String, Integer> partitions = new HashMap<>();
        for (TopicDescription topic :
                admin.describeTopics(names).allTopicNames().get().values()) {
            partitions.put(topic.name(), topic.partitions().size());
        }
        return partitions;
    }

    private static long end(Admin admin, TopicPartition partition, IsolationLevel isolation)
            throws ExecutionException, InterruptedException {
        ListOffsetsResultInfo end = admin.listOffsets(
                        Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
                .partitionResult(partition)
                .get();
        return end.offset();
    }

    private String changelog(String store) {
        return stage.application() + "-" + store + "-changelog";
    }
}
