package dev.longstream.benchmarks.scoring;

import dev.longstream.benchmarks.scoring.ScoringFigures.Percentiles;
import dev.longstream.benchmarks.scoring.ScoringFigures.Throughput;
import dev.longstream.config.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ScoringBenchTest {
    private static final ScoringLoad LOAD = new ScoringLoad(16, 2, 5, 50, 1, 1, 20, 1);

    @TempDir
    Path folder;

    @Test
    void shouldCarryEveryTrajectoryToABatchAndToACopy() throws Exception {
        // Given
        List<String> said = new ArrayList<>();
        // When
        ScoringFigures figures = new ScoringBench(LOAD, folder, said::add).measure();
        // Then
        assertThat(figures.stages().recordsPerSecond()).hasSize(1);
        assertThat(figures.plain().median()).isPositive();
        assertThat(figures.bytes()).isGreaterThan(32L * 5 * 8);
        assertThat(figures.stagesLatency().count()).isEqualTo(10);
        assertThat(figures.plainLatency().count()).isEqualTo(10);
        assertThat(figures.stagesLatency().p99())
                .isGreaterThanOrEqualTo(figures.stagesLatency().median());
        assertThat(said).containsSubsequence("warming up", "round 1 of 1", "latency of consume and produce");
    }

    @Test
    void shouldCompareTheMedians() {
        // When
        ScoringFigures figures = new ScoringFigures(
                LOAD,
                32_000_000,
                new Throughput(List.of(60.0, 40.0, 50.0)),
                new Throughput(List.of(100.0, 90.0)),
                new Percentiles(100, 120, 200),
                new Percentiles(100, 10, 20));
        // Then
        assertThat(figures.ratio()).isEqualTo(50.0 / 95);
        assertThat(figures.lines())
                .anySatisfy(line -> assertThat(line).contains("scoring, grouping and batching", "50.0", "120", "200"))
                .contains(
                        "ratio of throughput: 0.53",
                        "added latency at 20 records/s (20.0 MB/s): 110 ms at the median, 180 ms at the 99th percentile"
                                + " of 100 groups");
    }

    @Test
    void shouldTakePercentilesByTheNearestRank() {
        // When
        Percentiles percentiles = Percentiles.of(
                IntStream.rangeClosed(1, 200).mapToObj(i -> (double) (201 - i)).toList());
        // Then
        assertThat(percentiles).isEqualTo(new Percentiles(200, 100, 198));
    }

    @Test
    void shouldNameEverythingThatIsWrongWithALoad() {
        assertThatThrownBy(() -> new ScoringLoad(10, 1, 5, 2, 1, 1, 1, 1))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("--groups is 10", "--answers is 1", "--tokens is 5 to 2");
    }
}
