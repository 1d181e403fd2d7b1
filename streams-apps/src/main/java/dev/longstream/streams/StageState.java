package dev.longstream.streams;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.streams.topology.Filling;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * The state of a stage as the log has it: its changelog topics and the offsets that it has committed.
 *
 * <p>A changelog that is empty although the stage has read its inputs was lost, with a broker's disk or by hand. Kafka Streams
 * would go on from the committed offsets with an empty store, and records before them would be missing for ever. Since a stage
 * is a function of the log, its state can be made again from its inputs: {@link #rebuild} forgets what is left of it
 * and the offsets.
 */
final class StageState {
    private static final Logger LOG = LoggerFactory.getLogger(StageState.class);
    private static final Duration PAUSE = Duration.ofMillis(200);
    /** Time for a deleted topic to go, and beyond the session timeout for a dead instance. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EventLog log;
    private final String application;
    private final Map<String, Filling> filledFrom;
    private final Set<String> whole;

    /**
     * Creates the view of one stage.
     *
     * @param application id of the Streams application, which is also the consumer group
     * @param filledFrom topics that tell whether the stores must have content, by store
     * @param whole topics without whose first records the state cannot be made again
     */
    StageState(EventLog log, String application, Map<String, Filling> filledFrom, Set<String> whole) {
        this.log = log;
        this.application = application;
        this.filledFrom = filledFrom;
        this.whole = whole;
    }

    /** Returns which state is lost, as a clause for people; empty if none is. */
    Optional<String> lost() {
        return withAdmin("compare the state of " + application + " with the log", admin -> {
            Map<TopicPartition, OffsetAndMetadata> committed = committed(admin);
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

    /** Returns why a partition of a store with an empty changelog is lost; empty if it may be empty. */
    Optional<String> lost(String store, int partition) {
        if (!filledFrom.containsKey(store)) {
            return Optional.empty();
        }
        return withAdmin(
                "compare the state of " + application + " with the log",
                admin -> lost(admin, store, partition, committed(admin), partitions(admin)));
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
        return processed == 0 || !holdsRecordBefore(source, processed)
                ? Optional.empty()
                : Optional.of("partition " + partition + " of " + changelog.topic() + (there ? " is empty" : " is gone")
                        + ", although the stage has processed " + source + " up to offset " + processed);
    }

    /**
     * Returns whether a partition has, or had, a committed record before an offset. Markers and records of aborted transactions
     * take offsets, too, and fill no store. Records that were removed count: a stage removes what it has processed.
     */
    private boolean holdsRecordBefore(TopicPartition partition, long offset) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (KafkaConsumer<String, byte[]> consumer = log.consumer(Map.of())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            if (consumer.position(partition) > 0) {
                return true;
            }
            while (consumer.position(partition) < offset) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(PAUSE)) {
                    if (record.offset() < offset) {
                        return true;
                    }
                }
                if (System.nanoTime() > deadline) {
                    throw new LogException("No record of " + partition + " could be read within " + PATIENCE.toSeconds()
                            + " s, although " + application + " has processed it up to offset " + offset);
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

    /** Returns how far the stage has written an output; 0 if it has read none of the partition's inputs. */
    private static long written(Admin admin, TopicPartition output, Map<TopicPartition, OffsetAndMetadata> committed)
            throws ExecutionException, InterruptedException {
        boolean hasRead = committed.entrySet().stream()
                .anyMatch(read -> read.getKey().partition() == output.partition()
                        && read.getValue().offset() > 0);
        return hasRead ? end(admin, output, IsolationLevel.READ_COMMITTED) : 0;
    }

    /** Warns of topics of the stage that have fewer replicas than topics that it would create now. */
    void warnOfFewerReplicas(int wanted) {
        Optional<TopicDescription> fewer = withAdmin("describe the topics of " + application, admin -> {
            List<String> names = internal(admin);
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

    /**
     * Forgets the stage's state and offsets, so that it reads its inputs from their start. No instance may run.
     *
     * @throws LogException if an instance of the stage runs, or records that the state follows from were removed from the log
     */
    void rebuild(String why) {
        requireWholeTopics(why);
        LOG.warn(
                "{}: {}; the state is made again from the log, which reads all inputs from their start",
                application,
                why);
        withAdmin("make the state of " + application + " again", admin -> {
            requireNoInstance(admin, why);
            delete(admin);
            // Last: a start that ends before this line finds the state lost again.
            Set<TopicPartition> read = committed(admin).keySet();
            if (!read.isEmpty()) {
                admin.deleteConsumerGroupOffsets(application, read).all().get();
            }
            return Optional.<String>empty();
        });
    }

    private void requireWholeTopics(String why) {
        withAdmin("make the state of " + application + " again", admin -> {
            for (String topic : whole) {
                TopicPartition only = new TopicPartition(topic, 0);
                long start = admin.listOffsets(Map.of(only, OffsetSpec.earliest()))
                        .partitionResult(only)
                        .get()
                        .offset();
                if (start > 0) {
                    throw new LogException("The state of " + application + " is lost: " + why
                            + ". It cannot be made again, because " + topic + " begins at offset " + start
                            + ", expected 0: its first records were removed. Restore the broker's disk or the stage's state"
                            + " folder, or start another run from the newest checkpoint");
                }
            }
            return Optional.<String>empty();
        });
    }

    private void requireNoInstance(Admin admin, String why) throws ExecutionException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (hasMembers(admin)) {
            if (System.nanoTime() > deadline) {
                throw new LogException("The state of " + application + " is lost: " + why
                        + ". Another instance of the stage runs, so it cannot be made again: stop all instances, then"
                        + " start one, which reads all inputs again");
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private boolean hasMembers(Admin admin) throws ExecutionException, InterruptedException {
        try {
            ConsumerGroupDescription group = Objects.requireNonNull(admin.describeConsumerGroups(List.of(application))
                    .all()
                    .get()
                    .get(application));
            return group.groupState() != GroupState.EMPTY && group.groupState() != GroupState.DEAD;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw e;
        }
    }

    /** Deletes the topics that Kafka Streams created for the stage, and waits until they are gone. */
    private void delete(Admin admin) throws ExecutionException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (List<String> internal = internal(admin); !internal.isEmpty(); internal = internal(admin)) {
            try {
                admin.deleteTopics(internal).all().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
            if (System.nanoTime() > deadline) {
                throw new LogException("Topics of " + application + " are still there after " + PATIENCE.toSeconds()
                        + " s, although they were deleted: " + internal);
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private List<String> internal(Admin admin) throws ExecutionException, InterruptedException {
        List<String> internal = new ArrayList<>();
        for (String topic : admin.listTopics().names().get()) {
            if (topic.startsWith(application + "-")
                    && (topic.endsWith("-changelog") || topic.endsWith("-repartition"))) {
                internal.add(topic);
            }
        }
        return internal;
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(Admin admin)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        try {
            admin.listConsumerGroupOffsets(application)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> {
                        if (offset != null) {
                            committed.put(partition, offset);
                        }
                    });
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
        }
        return committed;
    }

    /** Returns the number of partitions of the run's topics, those of Kafka Streams included, as far as they exist. */
    private Map<String, Integer> partitions(Admin admin) throws ExecutionException, InterruptedException {
        List<String> names = admin.listTopics().names().get().stream()
                .filter(name -> name.startsWith(log.topics().name("")))
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
        return application + "-" + store + "-changelog";
    }

    private interface Work<T> {
        T with(Admin admin) throws ExecutionException, InterruptedException;
    }

    private <T> T withAdmin(String what, Work<T> work) {
        try (Admin admin = log.admin()) {
            return work.with(admin);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new LogException(
                    "The brokers at " + log.address().bootstrapServers() + " refused to " + what + ": "
                            + cause.getMessage(),
                    cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while a stage was about to " + what, e);
        }
    }
}
