package dev.longstream.exports.metrics;

import dev.longstream.record.LengthBucket;
import dev.longstream.record.StepSlice;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class MetricPointTest {
    @Test
    void shouldNameTheNumbersOfAStepAsTheLogDoes() {
        // Given
        StepSlice slice = new StepSlice(1, 64, 128, 2, 8, 100L, 0.25, 1.5, null, 12.5);
        // When
        List<MetricPoint> points = MetricPoint.of(Records.step(7)
                .setReward(0.5)
                .setKlToInitial(null)
                .setNegativesMasked(true)
                .setSeconds(Map.of("fetch", 0.125))
                .setSlices(List.of(slice))
                .setFinishedAt(Instant.ofEpochMilli(1000))
                .build());
        // Then
        assertThat(points)
                .contains(
                        new MetricPoint("train/reward", 7, 1000, 0.5),
                        new MetricPoint("train/negativesMasked", 7, 1000, 1),
                        new MetricPoint("seconds/fetch", 7, 1000, 0.125),
                        new MetricPoint("slices/phase-1/64-128/reward", 7, 1000, 0.25))
                .extracting(MetricPoint::name)
                .doesNotHaveDuplicates()
                .doesNotContain("train/klToInitial", "train/version", "slices/phase-1/64-128/upTo");
    }

    @Test
    void shouldNameAnEvaluationByItsSet() {
        // When
        List<MetricPoint> points = MetricPoint.of(Records.evaluation(-1, 0.25)
                .setByLength(List.of(new LengthBucket(0, 96, 5, 0.75, 3.0)))
                .build());
        // Then
        assertThat(points)
                .contains(
                        new MetricPoint("held-out/reward", -1, 0, 0.25),
                        new MetricPoint("held-out/0-96/reward", -1, 0, 0.75));
    }
}
