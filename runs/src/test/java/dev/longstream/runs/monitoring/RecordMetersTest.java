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
        assertThat(meters.scrape()).doesNotContain("longstream_scoring_answers_total");
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
