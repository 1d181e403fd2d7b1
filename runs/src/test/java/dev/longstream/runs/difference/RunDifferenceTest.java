package dev.longstream.runs.difference;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.GroupVerdict;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RunDifferenceTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldSayWhatAReplayChanged() {
        // Given
        try (Run run = new Run("first", "first");
                Run replay = new Run("second", "first");
                Run own = new Run("own", "own")) {
            run.group("a@0", GroupVerdict.TRAINABLE, 0.0, 1.0);
            run.group("b@1", GroupVerdict.TRAINABLE, 0.0, 1.0);
            run.group("c@2", GroupVerdict.UNIFORM_REWARD, 1.0, 1.0);
            run.group("d@3", GroupVerdict.TRAINABLE, 0.0, 1.0);
            run.group("e@4", GroupVerdict.TRAINABLE, 0.0, 1.0);
            run.batch(0, "a@0", "b@1");
            run.batch(1, "d@3", "e@4");
            run.step(1, "same", 0.5);
            run.step(2, "one", 0.5);
            replay.group("a@0", GroupVerdict.TRAINABLE, 0.0, 1.0);
            replay.group("b@1", GroupVerdict.TRAINABLE, 0.0, 1.0);
            replay.group("c@2", GroupVerdict.TRAINABLE, 1.0, null);
            replay.group("d@3", GroupVerdict.TRAINABLE, 1.0, 0.0);
            replay.batch(0, "a@0", "b@1");
            replay.batch(1, "c@2", "d@3");
            replay.step(1, "same", 0.5);
            replay.step(2, "other", 0.75);
            own.group("a@0", GroupVerdict.TRAINABLE, 0.0, 1.0);
            run.flush();
            replay.flush();
            own.flush();
            // When
            RunDifference difference = RunDifference.of(run.log, replay.log);
            // Then
            assertThat(difference.sameAnswers()).isTrue();
            assertThat(difference.scores())
                    .isEqualTo(new ScoreDifference(
                            8,
                            1,
                            2,
                            2,
                            0,
                            4.0 / 7,
                            4.0 / 7,
                            List.of(
                                    new ScoreDifference.ChangedReward("c@2#1", 1.0, null),
                                    new ScoreDifference.ChangedReward("d@3#0", 0.0, 1.0),
                                    new ScoreDifference.ChangedReward("d@3#1", 1.0, 0.0))));
            assertThat(difference.groups()).isEqualTo(new GroupDifference(4, 3, 0, 0, 1, 1, 0, List.of("c@2")));
            assertThat(difference.advantages()).isEqualTo(new AdvantageDifference(6, 2, 2, 2.0 / 6, 1));
            assertThat(difference.batches()).isEqualTo(new BatchDifference(2, 2, 1, 1L, 0, 0));
            assertThat(difference.steps().firstDifferent()).isEqualTo(2);
            assertThat(difference.steps().metrics())
                    .contains(new StepDifference.MetricDifference("reward", 0.5, 0.625, 0.25));
            assertThat(difference.lines())
                    .anyMatch(line -> line.contains("1 kept only in second"))
                    .anyMatch(line -> line.contains("the first that differs makes version 2"));
            assertThat(RunDifference.of(run.log, own.log).sameAnswers()).isFalse();
            assertThatThrownBy(() -> RunDifference.of(run.log, run.log)).isInstanceOf(WrongUseException.class);
        }
    }

    /** A log whose answers lie in one partition. */
    private static final class Run implements AutoCloseable {
        private final EventLog log;
        private final String sampler;
        private final KafkaProducer<String, SpecificRecord> producer;

        Run(String name, String sampler) {
            this.log = BROKER.newRun(name, 1);
            this.sampler = sampler;
            this.producer = log.producer(Map.of());
        }

        void group(String id, GroupVerdict verdict, @Nullable Double... rewards) {
            for (int sample = 0; sample < rewards.length; sample++) {
                send(
                        log.topics().trajectories(),
                        id,
                        Records.trajectory(id, sample).setRun(sampler).build());
                send(
                        log.topics().scored(),
                        id,
                        Records.scored(id, sample).setReward(rewards[sample]).build());
            }
            send(
                    verdict == GroupVerdict.TRAINABLE
                            ? log.topics().groups()
                            : log.topics().rejectedGroups(),
                    id,
                    Records.group(id)
                            .setVerdict(verdict)
                            .setMembers(List.of(
                                    Records.member(0)
                                            .setReward(rewards[0])
                                            .setAdvantage(advantage(rewards[0]))
                                            .build(),
                                    Records.member(1)
                                            .setReward(rewards[1])
                                            .setAdvantage(advantage(rewards[1]))
                                            .build()))
                            .build());
        }

        private static @Nullable Double advantage(@Nullable Double reward) {
            return reward == null ? null : (Double) (reward - 0.5);
        }

        void batch(long number, String... groups) {
            List<BatchGroup> entries = Arrays.stream(groups)
                    .map(id -> Records.batchGroup(id).build())
                    .toList();
            send(
                    log.topics().batches(),
                    Long.toString(number),
                    Records.batch(number, entries).build());
        }

        void step(long version, String digest, double reward) {
            send(
                    log.topics().steps(),
                    Long.toString(version),
                    Records.step(version)
                            .setWeightsDigest(digest)
                            .setReward(reward)
                            .build());
        }

        @SuppressWarnings("FutureReturnValueIgnored") // flush waits, and a test without the record fails
        private <V extends SpecificRecord> void send(Topic<V> topic, String key, V value) {
            producer.send(new ProducerRecord<>(topic.name(), 0, key, value));
        }

        void flush() {
            producer.flush();
        }

        @Override
        public void close() {
            producer.close();
        }
    }
}
