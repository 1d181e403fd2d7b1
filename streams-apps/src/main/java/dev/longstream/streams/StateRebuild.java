package dev.longstream.streams;

import dev.longstream.log.LogException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * Lets a stage make its state again from its inputs: forgets what is left of the state, and the offsets, so that the next start
 * reads the inputs from their beginning.
 */
final class StateRebuild {
    private static final Logger LOG = LoggerFactory.getLogger(StateRebuild.class);
    private static final Duration PAUSE = Duration.ofMillis(200);
    /** Time for a deleted topic to go; longer than the session of an instance that was killed. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final StageAdmin stage;
    private final Set<String> whole;

    /**
     * Creates the rebuild of one stage.
     *
     * @param whole topics without whose first records the state cannot be made again
     */
    StateRebuild(StageAdmin stage, Set<String> whole) {
        this.stage = stage;
        this.whole = whole;
    }

    /**
     * Forgets the stage's state and offsets. No instance may run.
     *
     * @param why which state is lost, as a clause for people
     * @throws LogException if an instance of the stage runs, or records that the state follows from were removed from the log
     */
    void prepare(String why) {
        stage.call("make its state again", admin -> {
            requireWholeTopics(admin, why);
            LOG.warn(
                    "{}: {}; the state is made again from the log, which reads all inputs from their start",
                    stage.application(),
                    why);
            requireNoInstance(admin, why);
            deleteTopics(admin);
            // Last: a start that ends before this line finds the state lost again.
            Set<TopicPartition> read = stage.committed(admin).keySet();
            if (!read.isEmpty()) {
                admin.deleteConsumerGroupOffsets(stage.application(), read)
                        .all()
                        .get();
            }
            return read;
        });
    }

    private void requireWholeTopics(Admin admin, String why) throws ExecutionException, InterruptedException {
        for (String topic : whole) {
            TopicPartition only = new TopicPartition(topic, 0);
            long start = admin.listOffsets(Map.of(only, OffsetSpec.earliest()))
                    .partitionResult(only)
                    .get()
                    .offset();
            if (start > 0) {
                throw new LogException("The state of " + stage.application() + " is lost: " + why
                        + ". It cannot be made again, because " + topic + " begins at offset " + start
                        + ", expected 0: its first records were removed. Restore the broker's disk or the stage's state"
                        + " folder, or start another run from the newest checkpoint");
            }
        }
    }

    private void requireNoInstance(Admin admin, String why) throws ExecutionException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (hasMembers(admin)) {
            if (System.nanoTime() > deadline) {
                throw new LogException("The state of " + stage.application() + " is lost: " + why
                        + ". Another instance of the stage runs, so it cannot be made again: stop all instances, then"
                        + " start one, which reads all inputs again");
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private boolean hasMembers(Admin admin) throws ExecutionException, InterruptedException {
        try {
            ConsumerGroupDescription group =
                    Objects.requireNonNull(admin.describeConsumerGroups(List.of(stage.application()))
                            .all()
                            .get()
                            .get(stage.application()));
            return group.groupState() != GroupState.EMPTY && group.groupState() != GroupState.DEAD;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw e;
        }
    }

    /** Deletes the topics that Kafka Streams created for the stage, and waits until they are gone. */
    private void deleteTopics(Admin admin) throws ExecutionException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (List<String> left = stage.internalTopics(admin); !left.isEmpty(); left = stage.internalTopics(admin)) {
            try {
                admin.deleteTopics(left).all().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
            if (System.nanoTime() > deadline) {
                throw new LogException("Topics of " + stage.application() + " are still there after "
                        + PATIENCE.toSeconds() + " s, although they were deleted: " + left);
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }
}
