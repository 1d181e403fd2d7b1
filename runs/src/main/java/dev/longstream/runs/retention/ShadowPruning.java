package dev.longstream.runs.retention;

import dev.longstream.failure.UnreachableException;
import dev.longstream.log.EventLog;
import dev.longstream.log.GroupIds;
import dev.longstream.log.LogException;
import dev.longstream.log.ShadowsOnLog;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.record.ScoredTrajectory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * Removes the scores and judge requests of a run's shadows about groups that were pruned. A request without a verdict stays,
 * because an answer waits for it. A fault leaves the records where they are: it must not end the run.
 */
final class ShadowPruning {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowPruning.class);

    private ShadowPruning() {}

    /**
     * Removes the records of every shadow on the log.
     *
     * @param ordinal ordinal up to which the run's groups were pruned
     */
    static void remove(EventLog log, long ordinal) {
        try {
            ShadowsOnLog.of(log).forEach(shadow -> removeOf(log.ofShadow(shadow), ordinal));
        } catch (LogException e) {
            LOG.warn("The shadows are not pruned: {}", e.getMessage());
        }
    }

    private static void removeOf(EventLog own, long ordinal) {
        try (Admin admin = own.admin()) {
            Topics topics = own.topics();
            Set<String> answered = new HashSet<>();
            TopicReader.readAll(own, topics.verdicts(), record -> answered.add(record.key()));
            Map<TopicPartition, RecordsToDelete> starts = new HashMap<>();
            add(starts, topics.scored(), OrdinalStarts.of(own, topics.scored(), ScoredTrajectory::getOrdinal, ordinal));
            add(
                    starts,
                    topics.judgeRequests(),
                    OrdinalStarts.of(
                            own,
                            topics.judgeRequests(),
                            request -> answered.contains(request.getKey())
                                    ? GroupIds.ordinal(request.getGroupId()).orElse(Long.MAX_VALUE)
                                    : Long.MAX_VALUE,
                            ordinal));
            admin.deleteRecords(starts).all().get();
        } catch (LogException | UnreachableException | KafkaException | ExecutionException e) {
            LOG.warn("The shadow {} is not pruned: {}", own.topics().shadow(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void add(Map<TopicPartition, RecordsToDelete> all, Topic<?> topic, Map<Integer, Long> starts) {
        starts.forEach((partition, offset) ->
                all.put(new TopicPartition(topic.name(), partition), RecordsToDelete.beforeOffset(offset)));
    }
}
