package dev.longstream.streams;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * Administration of one stage on the brokers: its consumer group and the topics that Kafka Streams creates for it.
 *
 * @param application id of the Streams application, which is also the consumer group
 */
record StageAdmin(EventLog log, String application) {
    /** A use of Kafka's admin client. */
    interface AdminWork<T> {
        T with(Admin admin) throws ExecutionException, InterruptedException;
    }

    /**
     * Does some work with an admin client and returns its result.
     *
     * @param what the work as a verb phrase, for the message of a failure
     * @throws LogException if the brokers refuse it
     */
    <T> T call(String what, AdminWork<T> work) {
        try (Admin admin = log.admin()) {
            return work.with(admin);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new LogException(
                    application + " could not " + what + "; the brokers at "
                            + log.address().bootstrapServers() + " answer: " + cause.getMessage(),
                    cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException(application + " was interrupted before it could " + what, e);
        }
    }

    /** Returns the offsets that the stage has committed; empty if it has not begun. */
    Map<TopicPartition, OffsetAndMetadata> committed(Admin admin) throws ExecutionException, InterruptedException {
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

    /** Returns the names of the changelog and repartition topics of the stage that exist. */
    List<String> internalTopics(Admin admin) throws ExecutionException, InterruptedException {
        return admin.listTopics().names().get().stream()
                .filter(topic -> topic.startsWith(application + "-")
                        && (topic.endsWith("-changelog") || topic.endsWith("-repartition")))
                .toList();
    }
}
