package dev.longstream.streams;

import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.Pruned;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.curriculum.CurriculumConfig;
import dev.longstream.streams.curriculum.CurriculumTopology;
import dev.longstream.streams.curriculum.InputLength;
import dev.longstream.streams.curriculum.Phase;
import dev.longstream.streams.grouping.GroupingTopology;
import dev.longstream.streams.scoring.ScoringTopology;
import dev.longstream.streams.topology.StageDriver;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import static dev.longstream.streams.Samples.noDecisions;
import static dev.longstream.streams.Samples.noGroups;
import static org.assertj.core.api.Assertions.assertThat;

/** Stages whose log was pruned: they forget finished groups, and recognise their records. */
class FinishedGroupsTest {
    private static final Duration A_MINUTE = Duration.ofSeconds(61);

    private final AtomicLong finished = new AtomicLong(-1);

    @Test
    void shouldForgetScoredAnswersOfFinishedGroups() {
        try (StageDriver stage = new StageDriver(
                log -> ScoringTopology.build(log, ScoringConfig.DEFAULT, null, "digest", finished::get))) {
            // Given
            for (String group : List.of("p#0@0", "p1@1", "p2@2")) {
                answer(stage, group, 0);
                answer(stage, group, 1);
            }
            assertThat(stage.values(stage.topics().scored())).hasSize(6);
            // When
            finished.set(1);
            stage.passTime(A_MINUTE);
            // Then
            assertThat(stage.entries("seen-samples")).isEqualTo(2);
            answer(stage, "p#0@0", 0);
            answer(stage, "p2@2", 0);
            assertThat(stage.values(stage.topics().scored())).isEmpty();
            answer(stage, "p3@3", 0);
            assertThat(stage.values(stage.topics().scored())).hasSize(1);
        }
    }

    @Test
    void shouldForgetClosedGroups() {
        try (StageDriver stage = new StageDriver(log -> GroupingTopology.build(
                log, PhaseAdvantages.always(AdvantageConfig.DEFAULT), "digest", finished::get, noGroups()))) {
            // Given
            for (String group : List.of("p0@0", "p1@1", "p2@2")) {
                score(stage, group, 0);
                score(stage, group, 1);
            }
            score(stage, "p3@3", 0);
            assertThat(stage.values(stage.topics().groups())).hasSize(3);
            // When
            finished.set(1);
            stage.passTime(A_MINUTE);
            // Then
            assertThat(stage.entries("open-groups")).isEqualTo(2);
            score(stage, "p0@0", 0);
            score(stage, "p0@0", 1);
            assertThat(stage.values(stage.topics().groups())).isEmpty();
            score(stage, "p3@3", 1);
            assertThat(stage.values(stage.topics().groups())).hasSize(1);
        }
    }

    @Test
    void shouldForgetRejectedGroupsAndCountThemOnce() {
        CurriculumConfig config = new CurriculumConfig(
                List.of(new Phase("all", 0, 100, 4, 1, 1, 0, 8)), 2, 2, 0, InputLength.TEMPLATED, "held-out", 1);
        try (StageDriver stage =
                new StageDriver(log -> CurriculumTopology.build(log, config, "digest", noDecisions()))) {
            // Given
            stage.send(stage.topics().prompts(), "p0", Records.prompt("p0").build());
            control(stage, Records.control(ControlCommand.START).setPrompts(1L).build());
            reject(stage, "p0@0");
            reject(stage, "p0@1");
            assertThat(stage.values(stage.topics().assignments())).hasSize(4);
            assertThat(stage.entries("rejected-ordinals")).isEqualTo(2);
            // When
            Pruned pruned = new Pruned(1L, 1L, List.of(), List.of(), List.of(), List.of());
            control(
                    stage,
                    Records.control(ControlCommand.PRUNED).setPruned(pruned).build());
            reject(stage, "p0@0");
            // Then
            assertThat(stage.entries("rejected-ordinals")).isZero();
            assertThat(stage.values(stage.topics().assignments())).isEmpty();
            assertThat(stage.deadLetters()).isEmpty();
        }
    }

    private static void answer(StageDriver stage, String group, int sample) {
        stage.send(
                stage.topics().trajectories(),
                group,
                Records.trajectory(group, sample).build());
    }

    private static void score(StageDriver stage, String group, int sample) {
        stage.send(
                stage.topics().scored(),
                group,
                Records.scored(group, sample).setReward((double) sample).build());
    }

    private static void control(StageDriver stage, Control control) {
        stage.send(stage.topics().control(), "test", control);
    }

    private static void reject(StageDriver stage, String id) {
        Group group = Records.group(id).setVerdict(GroupVerdict.UNIFORM_REWARD).build();
        stage.send(stage.topics().rejectedGroups(), id, group);
    }
}
