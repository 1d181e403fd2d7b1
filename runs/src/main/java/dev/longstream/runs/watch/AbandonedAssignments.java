package dev.longstream.runs.watch;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.producers.queue.Sending;
import dev.longstream.producers.rollouts.FailedAnswer;
import dev.longstream.record.Trajectory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fails the assignments that the broker gave up on: a worker that dies at the last delivery of an assignment writes no answer,
 * and the broker delivers the assignment to nobody else. The answers that are missing are written as failed ones, so that the
 * group is rejected and training goes on.
 *
 * <p>A worker acknowledges an assignment after its answers are on the log. So an assignment that the workers' share group has
 * finished has all its answers, or nobody will write them.
 */
final class AbandonedAssignments {
    private static final Logger LOG = LoggerFactory.getLogger(AbandonedAssignments.class);
    private static final String GROUP = "rollouts";
    private static final int PATIENCE_SECONDS = 30;

    private final EventLog log;
    private final Admin admin;
    private final String configDigest;

    AbandonedAssignments(EventLog log, Admin admin, String configDigest) {
        this.log = log;
        this.admin = admin;
        this.configDigest = configDigest;
    }

    /** Writes the missing answers of abandoned assignments, and returns their number. */
    int fail(PipelineState.Follower pipeline) {
        long finishedTo = finishedTo(); // before the answers are read
        List<Trajectory> failed = new ArrayList<>();
        for (PipelineState.Unanswered unanswered : pipeline.now().unansweredBelow(finishedTo)) {
            LOG.warn(
                    "{} of the answers of {} are written as failed: the broker delivers their assignment no more",
                    unanswered.missing().size(),
                    unanswered.assignment().getGroupId());
            unanswered
                    .missing()
                    .forEach(sample -> failed.add(FailedAnswer.of(
                            unanswered.assignment(),
                            sample,
                            "every delivery of the assignment ended without an answer",
                            log.topics().run(),
                            "watch",
                            configDigest,
                            Instant.now())));
        }
        if (!failed.isEmpty()) {
            try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
                Sending.all(producer, log.topics().trajectories(), failed, Trajectory::getGroupId);
            }
        }
        return failed.size();
    }

    /**
     * Returns an offset of {@code assignments} below which the broker delivers nothing more; 0 without workers. The start offset
     * that the broker tells may be behind, but its lag of 0 says that every record is finished.
     */
    private long finishedTo() {
        String group = log.topics().name(GROUP);
        TopicPartition queue = new TopicPartition(log.topics().assignments().name(), 0);
        try {
            long end = admin.listOffsets(Map.of(queue, OffsetSpec.latest())) // before the lag
                    .partitionResult(queue)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .offset();
            SharePartitionOffsetInfo found = admin.listShareGroupOffsets(
                            Map.of(group, new ListShareGroupOffsetsSpec().topicPartitions(List.of(queue))))
                    .partitionsToOffsetInfo(group)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .get(queue);
            if (found == null) {
                return 0;
            }
            return found.lag().filter(lag -> lag == 0).isPresent() ? end : found.startOffset();
        } catch (ExecutionException | TimeoutException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0; // a replay has no workers
            }
            throw new LogException("The offsets of the queue " + queue.topic() + " cannot be read: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while the offsets of " + queue.topic() + " were read", e);
        }
    }
}
