package dev.longstream.runs.monitoring;

import dev.longstream.metrics.Meters;
import dev.longstream.record.GroupVerdict;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RecordMetersTest {
    private final Meters meters = new Meters("try");
    private final RecordMeters records = new RecordMeters(meters, "try.");

    @AfterEach
    void close() {
        meters.close();
    }

    @ParameterizedTest
    @CsvSource({"-0.5,below_0", "0,0", "0.25,between", "1,1", "1.5,above_1", ",none"})
    void shouldCountScoredAnswersByTheRangeOfTheirReward(Double reward, String range) {
        // Given
        var scored =
                Records.scored("q@1", 0).setReward(reward).setPhase("short").build();
        // When
        records.onWritten("try.scored", scored);
        // Then
        assertThat(meters.scrape())
                .contains("longstream_scoring_answers_total{phase=\"short\",reward=\"" + range + "\",run=\"try\"} 1.0");
    }

    @Test
    void shouldAverageRewardsThatWereSampledAlsoNegativeOnes() {
        // When
        records.onWritten("try.scored", Records.scored("q@1", 0).setReward(-1.0).build());
        records.onWritten("try.scored", Records.scored("q@1", 1).setReward(0.5).build());
        records.onWritten("try.scored", Records.scored("q@1", 2).setReward(null).build());
        // Then
        assertThat(meters.scrape()).contains("rl_reward_score{run=\"try\"} -0.25");
    }

    @Test
    void shouldNotCountTheScoresOfAShadow() {
        // When
        records.onWritten("try.scored.strict", Records.scored("q@1", 0).build());
        // Then
        assertThat(meters.scrape())
                .doesNotContain("longstream_scoring_answers_total")
                .contains("longstream_shadow_answers_total{phase=");
    }

    @Test
    void shouldCompareTheScoresOfAShadowWithThoseOfTheRunWhicheverComesFirst() {
        // Given
        records.expect("shadow strict", RunConfig.DEFAULT);
        // When
        records.onWritten("try.scored", Records.scored("q@1", 0).setReward(1.0).build());
        records.onWritten(
                "try.scored.strict", Records.scored("q@1", 0).setReward(0.5).build());
        records.onWritten(
                "try.scored.strict", Records.scored("q@1", 1).setReward(0.0).build());
        records.onWritten(
                "try.scored.twin", Records.scored("q@1", 1).setReward(0.0).build());
        records.read(Records.scored("q@1", 1).setReward(0.0).build());
        records.read(Records.scored("q@1", 1).setReward(0.0).build());
        records.onWritten(
                "try.scored.strict", Records.scored("q@1", 2).setReward(null).build());
        records.read(Records.scored("q@1", 2).setReward(0.0).build());
        // Then
        assertThat(meters.scrape())
                .contains(
                        compared("run_higher", "strict", 1),
                        compared("equal", "strict", 1),
                        compared("run_only", "strict", 1),
                        compared("shadow_higher", "strict", 0),
                        compared("equal", "twin", 1));
    }

    private static String compared(String result, String shadow, int count) {
        return "longstream_shadow_compared_total{result=\"" + result + "\",run=\"try\",shadow=\"" + shadow + "\"} "
                + count + ".0";
    }

    @Test
    void shouldCountTheDeadLettersOfAShadowByItsName() {
        // When
        records.onWritten(
                "try.dead-letters.strict",
                Records.deadLetter("try.trajectories", 3).setStage("scoring").build());
        // Then
        assertThat(meters.scrape())
                .contains(
                        "longstream_dead_letters_total{role=\"shadow strict\",run=\"try\",topic=\"trajectories\"} 1.0");
    }

    @Test
    void shouldCountGroupsByVerdictFromZero() {
        // Given
        records.expect("grouping", RunConfig.DEFAULT);
        assertThat(meters.scrape())
                .contains("longstream_groups_total{phase=\"short\",run=\"try\",verdict=\"uniform_reward\"} 0.0");
        // When
        records.onWritten(
                "try.groups.rejected",
                Records.group("q@1")
                        .setPhase("short")
                        .setVerdict(GroupVerdict.UNIFORM_REWARD)
                        .build());
        // Then
        assertThat(meters.scrape())
                .contains("longstream_groups_total{phase=\"short\",run=\"try\",verdict=\"uniform_reward\"} 1.0");
    }

    @Test
    void shouldCountDeadLettersByRoleAndTopic() {
        // When
        records.onWritten(
                "try.dead-letters",
                Records.deadLetter("try.trajectories", 3).setStage("scoring").build());
        records.onWritten(
                "try.dead-letters",
                Records.deadLetter("try.trajectories", 3)
                        .setStage("scoring")
                        .setResolves(7L)
                        .build());
        // Then
        assertThat(meters.scrape())
                .contains("longstream_dead_letters_total{role=\"scoring\",run=\"try\",topic=\"trajectories\"} 1.0");
    }
}
