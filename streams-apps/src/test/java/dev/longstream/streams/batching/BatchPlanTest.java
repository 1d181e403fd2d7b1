package dev.longstream.streams.batching;

import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.streams.Samples;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.Baseline;
import dev.longstream.streams.advantage.GroupOfOne;
import dev.longstream.streams.advantage.OverlongPenalty;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.advantage.Scale;
import dev.longstream.streams.advantage.UniformGroups;
import dev.longstream.streams.topology.StageDriver;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

class BatchPlanTest {
    private static final BatchingConfig CONFIG = new BatchingConfig(
            3,
            PhaseAdvantages.always(new AdvantageConfig(
                    Baseline.GROUP_MEAN,
                    Scale.BATCH,
                    false,
                    1e-6,
                    UniformGroups.REFILL,
                    GroupOfOne.ZERO,
                    OverlongPenalty.NONE)));

    @Test
    void shouldFillTheBatchesThatTheStageFills() {
        // Given
        Random random = new Random(1);
        TreeMap<Long, Group> groups = new TreeMap<>();
        for (long ordinal = 0; ordinal < 40; ordinal++) {
            groups.put(
                    ordinal,
                    Samples.group(
                            ordinal, random.nextInt(3) == 0 ? GroupVerdict.UNIFORM_REWARD : GroupVerdict.TRAINABLE));
        }
        groups.remove(37L);
        List<Batch> ofStage = new ArrayList<>();
        try (StageDriver stage =
                new StageDriver(log -> BatchingTopology.build(log, CONFIG, "", Samples.written(List.of())))) {
            groups.values()
                    .forEach(group -> stage.send(
                            group.getVerdict() == GroupVerdict.TRAINABLE
                                    ? stage.topics().groups()
                                    : stage.topics().rejectedGroups(),
                            group.getGroupId(),
                            group));
            ofStage.addAll(stage.values(stage.topics().batches()));
        }
        // When
        List<Batch> planned = BatchPlan.fill(groups, 0, 0, CONFIG);
        // Then
        assertThat(planned)
                .isNotEmpty()
                .extracting(BatchPlanTest::withoutPlaces)
                .isEqualTo(withoutPlaces(ofStage));
    }

    @Test
    void shouldGoOnFromAnotherStart() {
        // Given
        TreeMap<Long, Group> groups = new TreeMap<>();
        for (long ordinal = 5; ordinal < 11; ordinal++) {
            groups.put(ordinal, Samples.group(ordinal, GroupVerdict.TRAINABLE));
        }
        // When
        List<Batch> planned = BatchPlan.fill(groups, 7, 5, CONFIG);
        // Then
        assertThat(planned).extracting(Batch::getBatch).containsExactly(7L, 8L);
        assertThat(withoutPlaces(planned))
                .isEqualTo(List.of(
                        withoutPlaces(BatchPlan.of(7, List.of(groups.get(5L), groups.get(6L), groups.get(7L)), CONFIG)),
                        withoutPlaces(
                                BatchPlan.of(8, List.of(groups.get(8L), groups.get(9L), groups.get(10L)), CONFIG))));
    }

    private static List<List<String>> withoutPlaces(List<Batch> batches) {
        return batches.stream().map(BatchPlanTest::withoutPlaces).toList();
    }

    private static List<String> withoutPlaces(Batch batch) {
        return batch.getGroups().stream()
                .map((BatchGroup group) -> batch.getBatch() + " " + group.getGroupId() + " " + group.getAdvantageShift()
                        + " " + group.getAdvantageDivisor())
                .toList();
    }
}
