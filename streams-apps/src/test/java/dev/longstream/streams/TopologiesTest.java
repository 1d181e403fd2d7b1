package dev.longstream.streams;

import dev.longstream.log.EventLog;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.rewards.RewardPolicy;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.batching.BatchingConfig;
import dev.longstream.streams.batching.BatchingTopology;
import dev.longstream.streams.curriculum.CurriculumConfig;
import dev.longstream.streams.curriculum.CurriculumTopology;
import dev.longstream.streams.grouping.GroupingTopology;
import dev.longstream.streams.scoring.ScoringTopology;
import dev.longstream.streams.topology.StageDriver;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static dev.longstream.streams.Samples.noDecisions;
import static dev.longstream.streams.Samples.noGroups;
import static dev.longstream.streams.Samples.written;
import static org.assertj.core.api.Assertions.assertThat;

/** Compares the topologies with src/test/resources/topologies. A renamed store would lose its content. */
class TopologiesTest {
    private static Stream<Arguments> topologies() {
        EventLog log = StageDriver.log();
        return Stream.of(
                Arguments.of(
                        "curriculum", CurriculumTopology.build(log, CurriculumConfig.DEFAULT, "digest", noDecisions())),
                Arguments.of("scoring", ScoringTopology.build(log, ScoringConfig.DEFAULT, null, "digest", () -> -1)),
                Arguments.of(
                        "scoring-with-judge",
                        ScoringTopology.build(
                                log,
                                ScoringConfig.of(RewardPolicy.MAX, 0.5),
                                new AskedJudge("judge", "rubric", false),
                                "digest",
                                () -> -1)),
                Arguments.of(
                        "grouping",
                        GroupingTopology.build(
                                log, PhaseAdvantages.always(AdvantageConfig.DEFAULT), "digest", () -> -1, noGroups())),
                Arguments.of(
                        "batching", BatchingTopology.build(log, BatchingConfig.DEFAULT, "digest", written(List.of()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("topologies")
    void shouldBeAsWrittenDown(String stage, Topology topology) throws IOException {
        String description = topology.describe().toString();
        Files.writeString(Path.of("target", "topology-" + stage + ".txt"), description);

        try (InputStream written = getClass().getResourceAsStream("/topologies/" + stage + ".txt")) {
            assertThat(written)
                    .as("src/test/resources/topologies/%s.txt; the present one is in target", stage)
                    .isNotNull();
            assertThat(description).isEqualTo(new String(written.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("topologies")
    void shouldNameEveryStepAndStore(String stage, Topology topology) {
        assertThat(topology.describe().toString()).doesNotContain("KSTREAM-", "KTABLE-", "STATE-STORE-");
    }
}
