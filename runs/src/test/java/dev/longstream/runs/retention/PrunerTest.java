package dev.longstream.runs.retention;

import dev.longstream.log.EventLog;
import dev.longstream.log.Replication;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicAdmin;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.Pruned;
import dev.longstream.record.RecordRef;
import dev.longstream.runs.audit.Fate;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.audit.LogAudit;
import dev.longstream.runs.audit.Pruning;
import dev.longstream.runs.shadows.ShadowState;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static dev.longstream.testing.TestBroker.values;
import static org.assertj.core.api.Assertions.assertThat;

class PrunerTest {
    private static final Limits CHECKPOINTS = new Limits(0, null);

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    Path folder;

    @Test
    void shouldKeepWhatTheOldestCheckpointNeeds() throws Exception {
        // Given
        Run run = new Run("kept");
        run.steps(0, 4);
        checkpoint(3);
        checkpoint(4);
        Ledger before = LogAudit.of(run.log);
        // When
        Pruner pruner = new Pruner(run.log, folder);
        assertThat(pruner.prune(CHECKPOINTS, 0)).isTrue();
        // Then
        assertThat(values(run.log, run.log.topics().batches()))
                .extracting(Batch::getBatch)
                .containsExactly(3L);
        assertThat(values(run.log, run.log.topics().groups()))
                .extracting(Group::getOrdinal)
                .containsExactly(6L, 7L);
        assertThat(run.start(run.log.topics().trajectories())).isEqualTo(12);
        assertThat(run.start(run.log.topics().assignments())).isEqualTo(6);
        assertThat(run.start(run.log.topics().rejectedGroups())).isZero(); // the curriculum has read none
        Ledger after = LogAudit.of(run.log);
        assertThat(after.closes()).as(String.join("\n", after.lines())).isTrue();
        assertThat(after.fates()).isEqualTo(before.fates());
        assertThat(after.generated()).isEqualTo(before.generated());
        assertThat(after.notes()).anyMatch(note -> note.startsWith("The log was pruned up to version 3"));
    }

    @Test
    void shouldCountAnswersOnceWhenPrunedAgainAfterDuplicates() throws Exception {
        // Given
        Run run = new Run("again");
        run.steps(0, 2);
        checkpoint(2);
        Pruner pruner = new Pruner(run.log, folder);
        pruner.prune(CHECKPOINTS, 0);
        run.answer("p0@0", 0); // delivered again after its group was finished
        run.steps(2, 4);
        Ledger before = LogAudit.of(run.log);
        assertThat(before.count(Fate.DUPLICATE).records()).isEqualTo(1);
        assertThat(before.count(Fate.TRAINED).records()).isEqualTo(16);
        // When
        Files.delete(folder.resolve("checkpoints/step-000002/moments.safetensors"));
        checkpoint(4);
        pruner.prune(CHECKPOINTS, 0);
        // Then
        Ledger after = LogAudit.of(run.log);
        assertThat(after.closes()).as(String.join("\n", after.lines())).isTrue();
        assertThat(after.fates()).isEqualTo(before.fates());
        assertThat(Pruning.of(run.log).version()).isEqualTo(4);
        assertThat(values(run.log, run.log.topics().trajectories())).isEmpty();
    }

    @Test
    void shouldKeepUntrainedAndUnreadGroups() throws Exception {
        // Given
        Run run = new Run("unread");
        run.steps(0, 2);
        run.rejected("q4@4");
        run.steps(2, 3); // its groups have the ordinals 4 and 5 in this log
        checkpoint(3);
        // When
        new Pruner(run.log, folder).prune(CHECKPOINTS, 0);
        // Then
        assertThat(Pruning.of(run.log).version()).isEqualTo(2);
        assertThat(values(run.log, run.log.topics().groups()))
                .extracting(Group::getOrdinal)
                .containsExactly(4L, 5L);
    }

    @Test
    void shouldRemoveNothingWithinTheLimits() throws Exception {
        // Given
        Run run = new Run("limits");
        run.steps(0, 3);
        Pruner pruner = new Pruner(run.log, folder);
        // Then
        assertThat(pruner.plan(CHECKPOINTS)).as("without a checkpoint").isEmpty();
        checkpoint(3);
        assertThat(pruner.plan(new Limits(3, null))).isEmpty();
        assertThat(pruner.plan(new Limits(2, null))).map(Pruned::getVersion).hasValue(1L);
        assertThat(pruner.plan(new Limits(0, Instant.EPOCH))).as("the age").isEmpty();
        assertThat(pruner.plan(new Limits(0, Instant.EPOCH.plusSeconds(1))))
                .map(Pruned::getVersion)
                .hasValue(3L);
        assertThat(values(run.log, run.log.topics().batches())).hasSize(3);
    }

    @Test
    void shouldRemoveWhatAShadowHasAboutPrunedGroupsButNoQuestionThatWaits() throws Exception {
        // Given
        Run run = new Run("shadowed");
        run.steps(0, 4);
        checkpoint(3);
        EventLog own = run.log.ofShadow("strict");
        new TopicAdmin(own, Replication.SINGLE).createAll();
        for (int ordinal = 0; ordinal < 8; ordinal++) {
            String id = "p" + ordinal + "@" + ordinal;
            run.send(own.topics().scored(), id, Records.scored(id, 0).build());
            String key = "key" + ordinal;
            run.send(
                    own.topics().judgeRequests(),
                    key,
                    Records.judgeRequest(key).setGroupId(id).build());
            if (ordinal != 2) {
                run.send(own.topics().verdicts(), key, Records.verdict(key).build());
            }
        }
        // When
        assertThat(new Pruner(run.log, folder).prune(CHECKPOINTS, 0)).isTrue();
        // Then
        assertThat(run.start(own.topics().scored())).isEqualTo(6);
        assertThat(run.start(own.topics().judgeRequests())).isEqualTo(2);
        assertThat(values(own, own.topics().verdicts())).hasSize(7);
    }

    @Test
    void shouldPruneTheRunWhereAShadowLacksATopic() throws Exception {
        // Given
        Run run = new Run("halfshadow");
        run.steps(0, 4);
        checkpoint(3);
        try (Admin admin = run.log.admin()) {
            admin.createTopics(List.of(new NewTopic("halfshadow.scored.strict", 1, (short) 1)))
                    .all()
                    .get();
        }
        // When
        assertThat(new Pruner(run.log, folder).prune(CHECKPOINTS, 0)).isTrue();
        // Then
        assertThat(values(run.log, run.log.topics().batches()))
                .extracting(Batch::getBatch)
                .containsExactly(3L);
        assertThat(ShadowState.of(run.log)).isEmpty();
    }

    private void checkpoint(long step) throws Exception {
        Path whole = Files.createDirectories(folder.resolve("checkpoints/step-00000" + step));
        Files.writeString(whole.resolve("moments.safetensors"), "moments");
    }

    /** A log of one partition whose batches have two groups of two answers each. */
    private static final class Run {
        private final EventLog log;

        Run(String name) {
            log = BROKER.newRun(name, 1);
        }

        void steps(int from, int to) throws Exception {
            for (int batch = from; batch < to; batch++) {
                List<BatchGroup> groups = new ArrayList<>();
                for (int ordinal = 2 * batch; ordinal < 2 * batch + 2; ordinal++) {
                    String id = "p" + ordinal + "@" + ordinal;
                    send(log.topics().assignments(), id, Records.assignment(id).build());
                    Group group = group(id, GroupVerdict.TRAINABLE);
                    RecordRef place = send(log.topics().groups(), id, group);
                    groups.add(Records.batchGroup(id).setGroup(place).build());
                }
                send(
                        log.topics().batches(),
                        Integer.toString(batch),
                        Records.batch(batch, groups).build());
                send(
                        log.topics().steps(),
                        Integer.toString(batch + 1),
                        Records.step(batch + 1).build());
            }
            commit("scoring", log.topics().trajectories());
            commit("grouping", log.topics().scored());
            commit("batching", log.topics().groups());
            commit("batching", log.topics().rejectedGroups());
        }

        void rejected(String id) throws Exception {
            send(log.topics().rejectedGroups(), id, group(id, GroupVerdict.UNIFORM_REWARD));
        }

        private Group group(String id, GroupVerdict verdict) throws Exception {
            List<GroupMember> members = new ArrayList<>();
            for (int sample = 0; sample < 2; sample++) {
                RecordRef answer = answer(id, sample);
                members.add(Records.member(sample).setTrajectory(answer).build());
                send(
                        log.topics().scored(),
                        id,
                        Records.scored(id, sample).setTrajectory(answer).build());
            }
            return Records.group(id).setVerdict(verdict).setMembers(members).build();
        }

        RecordRef answer(String id, int sample) throws Exception {
            return send(
                    log.topics().trajectories(),
                    id,
                    Records.trajectory(id, sample).build());
        }

        private <V extends SpecificRecord> RecordRef send(Topic<V> topic, String key, V value) throws Exception {
            try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
                RecordMetadata written = producer.send(new ProducerRecord<>(topic.name(), key, value))
                        .get();
                return new RecordRef(written.partition(), written.offset());
            }
        }

        private void commit(String stage, Topic<?> topic) throws Exception {
            TopicPartition partition = new TopicPartition(topic.name(), 0);
            try (Admin admin = log.admin()) {
                long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                        .partitionResult(partition)
                        .get()
                        .offset();
                admin.alterConsumerGroupOffsets(log.topics().name(stage), Map.of(partition, new OffsetAndMetadata(end)))
                        .all()
                        .get();
            }
        }

        long start(Topic<?> topic) throws Exception {
            TopicPartition partition = new TopicPartition(topic.name(), 0);
            try (Admin admin = log.admin()) {
                return admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                        .partitionResult(partition)
                        .get()
                        .offset();
            }
        }
    }
}
