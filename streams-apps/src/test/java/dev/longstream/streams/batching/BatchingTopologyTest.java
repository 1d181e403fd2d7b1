package dev.longstream.streams.batching;

import dev.longstream.config.ConfigurationException;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.RecordRef;
import dev.longstream.streams.Samples;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.Baseline;
import dev.longstream.streams.advantage.GroupOfOne;
import dev.longstream.streams.advantage.OverlongPenalty;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.advantage.Scale;
import dev.longstream.streams.advantage.UniformGroups;
import dev.longstream.streams.topology.StageDriver;
import dev.longstream.testing.Records;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

import static dev.longstream.streams.Samples.group;
import static dev.longstream.streams.Samples.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class BatchingTopologyTest {
    private final StageDriver stage = batching(AdvantageConfig.DEFAULT, List.of());

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void shouldWaitForTheOldestGroupAndThenEmitEveryBatchThatIsComplete() {
        // Given
        trainable(1);
        trainable(2);
        trainable(3);
        assertThat(batches()).isEmpty();
        // When
        trainable(0);
        // Then
        List<Batch> batches = batches();
        assertThat(batches).extracting(Batch::getBatch).containsExactly(0L, 1L);
        assertThat(batches)
                .extracting(BatchingTopologyTest::ordinals)
                .containsExactly(List.of(0L, 1L), List.of(2L, 3L));
        assertThat(batches.get(0).getGroups())
                .extracting(BatchGroup::getGroup)
                .containsExactly(new RecordRef(0, 3L), new RecordRef(0, 0L));
        assertThat(batches.get(0).getCompletionTokens()).isEqualTo(10);
        assertThat(batches.get(0).getConfigDigest()).isEqualTo("digest");
    }

    @Test
    void shouldGoOnAfterTheNewestBatchOnTheLogWhenItsStateWasLost() {
        // Given
        try (StageDriver other = batching(AdvantageConfig.DEFAULT, List.of(batch(3, "p@8", "p@9")))) {
            // When
            trainable(other, 8, 9, 11, 10);
            // Then
            assertThat(other.values(other.topics().batches())).singleElement().satisfies(batch -> {
                assertThat(batch.getBatch()).isEqualTo(4);
                assertThat(ordinals(batch)).containsExactly(10L, 11L);
            });
        }
    }

    @Test
    void shouldSayWhatTheBatchDividesAdvantagesByWhereTheObjectiveTakesThemOverIt() {
        // Given
        AdvantageConfig overBatch = new AdvantageConfig(
                Baseline.GROUP_MEAN,
                Scale.BATCH,
                false,
                1e-6,
                UniformGroups.REFILL,
                GroupOfOne.ZERO,
                OverlongPenalty.NONE);
        try (StageDriver other = batching(overBatch, List.of())) {
            // When
            // Two groups arrive with rewards 0 and 1.
            trainable(other, 1, 0);
            // Then
            List<Batch> batches = other.values(other.topics().batches());
            assertThat(batches).singleElement().satisfies(batch -> assertThat(batch.getGroups())
                    .allSatisfy(entry -> {
                        assertThat(entry.getAdvantageShift()).isZero();
                        assertThat(entry.getAdvantageDivisor()).isCloseTo(Math.sqrt(1 / 3.0) + 1e-6, within(1e-12));
                    }));
        }
        trainable(0);
        trainable(1);
        assertThat(batches().get(0).getGroups())
                .extracting(BatchGroup::getAdvantageDivisor)
                .containsOnlyNulls();
    }

    @Test
    void shouldPassOverRejectedGroups() {
        rejected(0);
        trainable(1);
        trainable(3);
        assertThat(batches()).isEmpty();
        rejected(2);
        rejected(4);
        trainable(6);
        trainable(5);

        assertThat(batches())
                .extracting(BatchingTopologyTest::ordinals)
                .containsExactly(List.of(1L, 3L), List.of(5L, 6L));
    }

    @Test
    void shouldCountAGroupThatComesAgainAndTrainItOnce() {
        trainable(0);
        trainable(0);
        trainable(1);
        trainable(1);
        trainable(2);
        trainable(3);

        assertThat(batches())
                .extracting(BatchingTopologyTest::ordinals)
                .containsExactly(List.of(0L, 1L), List.of(2L, 3L));
        assertThat(stage.counted("duplicates")).isEqualTo(2);
    }

    @Test
    void shouldGoOnWithTheNumbersOfTheRunThatAForkBeginsFrom() {
        // Given
        trainable(6);
        trainable(5);
        assertThat(batches()).isEmpty(); // groups may arrive before the command
        // When
        stage.send(
                stage.topics().control(), "test", Samples.fork(2, List.of(4L, 1L), List.of(1L, 0L), List.of(2L, 3L)));
        trainable(4);
        trainable(7);
        trainable(8);
        // Then
        List<Batch> batches = batches();
        assertThat(batches).extracting(Batch::getBatch).containsExactly(2L, 3L);
        assertThat(batches)
                .extracting(BatchingTopologyTest::ordinals)
                .containsExactly(List.of(5L, 6L), List.of(7L, 8L));
        assertThat(stage.counted("duplicates")).isEqualTo(1); // ordinal 4 belongs to the other run
    }

    @Test
    void shouldNotBeginAForkAgainWhenItsStateWasLost() {
        // Given
        try (StageDriver other = batching(AdvantageConfig.DEFAULT, List.of(batch(7, "p@14", "p@15")))) {
            // When
            other.send(
                    other.topics().control(),
                    "test",
                    Samples.fork(5, List.of(8L, 3L), List.of(1L, 0L), List.of(2L, 3L)));
            trainable(other, 11, 12, 13, 14, 15, 16, 17);
            // Then
            assertThat(other.values(other.topics().batches())).singleElement().satisfies(batch -> {
                assertThat(batch.getBatch()).isEqualTo(8);
                assertThat(ordinals(batch)).containsExactly(16L, 17L);
            });
        }
    }

    @Test
    void shouldKeyABatchByItsNumber() {
        trainable(0);
        trainable(1);

        assertThat(stage.records(stage.topics().batches()))
                .extracting(TestRecord::key)
                .containsExactly("0");
    }

    @Test
    void shouldRefuseWhatIsInTheWrongTopicOrNoGroup() {
        Group uniform = group(0, GroupVerdict.UNIFORM_REWARD);
        stage.send(stage.topics().groups(), uniform.getGroupId(), uniform);
        Group negative = group(-1, GroupVerdict.TRAINABLE);
        stage.send(stage.topics().groups(), negative.getGroupId(), negative);
        stage.sendBytes(stage.topics().rejectedGroups(), "x", new byte[] {7}, Instant.EPOCH);
        trainable(0);
        trainable(1);

        assertThat(stage.deadLetters())
                .extracting(DeadLetter::getReason)
                .satisfiesExactlyInAnyOrder(
                        reason -> assertThat(reason).contains("belongs to test.groups.rejected"),
                        reason -> assertThat(reason).contains("ordinal is -1"),
                        reason -> assertThat(reason).contains("cannot be decoded, expected Group"));
        assertThat(batches()).hasSize(1);
    }

    @Test
    void shouldNameWhatIsWrongWithAConfiguration() {
        assertThatThrownBy(() -> new BatchingConfig(0, PhaseAdvantages.always(AdvantageConfig.DEFAULT)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("batching.batch-size is 0 groups");
    }

    private static StageDriver batching(AdvantageConfig advantages, List<Batch> onTheLog) {
        return new StageDriver(log -> BatchingTopology.build(
                log, new BatchingConfig(2, PhaseAdvantages.always(advantages)), "digest", written(onTheLog)));
    }

    private static Batch batch(long number, String first, String second) {
        return Records.batch(
                        number,
                        List.of(
                                Records.batchGroup(first).build(),
                                Records.batchGroup(second).build()))
                .build();
    }

    private void trainable(long ordinal) {
        trainable(stage, ordinal);
    }

    private static void trainable(StageDriver stage, long... ordinals) {
        for (long ordinal : ordinals) {
            Group group = group(ordinal, GroupVerdict.TRAINABLE);
            stage.send(stage.topics().groups(), group.getGroupId(), group);
        }
    }

    private void rejected(long ordinal) {
        Group group = group(ordinal, GroupVerdict.TOO_FEW_MEMBERS);
        stage.send(stage.topics().rejectedGroups(), group.getGroupId(), group);
    }

    private List<Batch> batches() {
        return stage.values(stage.topics().batches());
    }

    private static List<Long> ordinals(Batch batch) {
        return batch.getGroups().stream().map(BatchGroup::getOrdinal).toList();
    }
}
