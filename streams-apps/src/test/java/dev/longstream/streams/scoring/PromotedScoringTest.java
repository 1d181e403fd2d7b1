package dev.longstream.streams.scoring;

import dev.longstream.log.EventLog;
import dev.longstream.record.Difficulty;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.PromotedReward;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Trajectory;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.rewards.RewardPolicy;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.scoring.ScoringRules.ShadowReward;
import dev.longstream.streams.topology.StageDriver;
import dev.longstream.testing.Records;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static dev.longstream.streams.Samples.trajectory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Checks which reward scores answers whose assignment names a promoted shadow. */
class PromotedScoringTest {
    private static final PromotedReward BIG = new PromotedReward("big", "one");
    private static final String NEAR = "The answer is the town of Gand.";
    private static final ScoringConfig BY_JUDGE = ScoringConfig.of(RewardPolicy.JUDGE, 0.5);
    private static final AskedJudge JUDGE = new AskedJudge("big", "rubric", false);
    private static final Map<String, ShadowReward> SHADOWS = Map.of("big", new ShadowReward(BY_JUDGE, JUDGE, "one"));

    @Test
    void shouldScoreOnlyAnswersThatNameThePromotedShadowByItsReward() {
        try (StageDriver stage = new StageDriver(PromotedScoringTest::run)) {
            // Given
            send(stage, trajectory("p1@0", 0, 2, NEAR));
            send(stage, promoted("p1@1", BIG));
            JudgeRequest request = stage.values(stage.topics().judgeRequests()).get(0);
            // When
            stage.send(
                    stage.topics().verdicts(),
                    request.getKey(),
                    Records.verdict(request.getKey()).setScore(1.0).build());
            // Then
            assertThat(request.getJudge()).isEqualTo("big");
            assertThat(stage.values(stage.topics().scored()))
                    .satisfiesExactly(
                            own -> {
                                assertThat(own.getReward()).isZero();
                                assertThat(own.getPromoted()).isNull();
                            },
                            byShadow -> {
                                assertThat(byShadow.getReward()).isEqualTo(1);
                                assertThat(byShadow.getPromoted()).isEqualTo(BIG);
                            });
            assertThat(stage.values(stage.topics().difficulty()))
                    .extracting(Difficulty::getMeanReward)
                    .containsExactly(0.0, 0.5);
        }
    }

    @Test
    void shouldStopAtAnAnswerWhoseShadowHasOtherSettingsNowOrIsGone() {
        for (PromotedReward unknown :
                new PromotedReward[] {new PromotedReward("big", "other"), new PromotedReward("gone", "one")}) {
            try (StageDriver stage = new StageDriver(PromotedScoringTest::run)) {
                // Then
                assertThatThrownBy(() -> send(stage, promoted("p1@1", unknown)))
                        .rootCause()
                        .hasMessageContaining("The shadow " + unknown.getShadow() + " was promoted")
                        .hasMessageContaining("restore it");
            }
        }
    }

    @Test
    void shouldScoreByTheSettingsOfTheReplay() {
        try (StageDriver stage = new StageDriver(log -> ScoringTopology.build(
                log,
                ScoringRules.ofReplay(
                        ScoringConfig.DEFAULT,
                        null,
                        Map.of("big", new ShadowReward(ScoringConfig.DEFAULT, null, "changed"))),
                "digest",
                () -> -1))) {
            // When
            send(stage, promoted("p1@0", BIG));
            send(stage, promoted("p1@1", new PromotedReward("gone", "one")));
            // Then
            assertThat(stage.values(stage.topics().scored()))
                    .extracting(ScoredTrajectory::getPromoted)
                    .containsExactly(new PromotedReward("big", "changed"), null);
        }
    }

    @Test
    void shouldLeaveAnswersToTheRunOnceTheShadowIsPromoted() {
        try (StageDriver stage = new StageDriver(log ->
                ScoringTopology.build(log.ofShadow("strict"), ScoringConfig.DEFAULT, null, "digest", () -> -1))) {
            // When
            send(stage, promoted("p1@0", new PromotedReward("strict", "one")));
            send(stage, promoted("p1@1", new PromotedReward("other", "one")));
            // Then
            assertThat(stage.values(stage.topics().ofShadow("strict").scored()))
                    .singleElement()
                    .satisfies(score -> {
                        assertThat(score.getGroupId()).isEqualTo("p1@1");
                        assertThat(score.getPromoted()).isNull();
                    });
        }
    }

    private static Topology run(EventLog log) {
        return ScoringTopology.build(log, ScoringRules.of(ScoringConfig.DEFAULT, null, SHADOWS), "digest", () -> -1);
    }

    private static Trajectory promoted(String group, PromotedReward reward) {
        return Trajectory.newBuilder(trajectory(group, 0, 2, NEAR))
                .setPromoted(reward)
                .build();
    }

    private static void send(StageDriver stage, Trajectory trajectory) {
        stage.send(stage.topics().trajectories(), trajectory.getGroupId(), trajectory);
    }
}
