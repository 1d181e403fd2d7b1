package dev.longstream.streams.scoring;

import dev.longstream.log.Topics;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Trajectory;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.rewards.RewardPolicy;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.topology.StageDriver;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

import static dev.longstream.streams.Samples.trajectory;
import static org.assertj.core.api.Assertions.assertThat;

/** The scoring stage of a shadow: it reads the run's answers and writes to topics of its own. */
class ShadowScoringTest {
    private static final String RIGHT = "The answer is Ghent.";
    private static final String NEAR = "The answer is the town of Gand.";

    @Test
    void shouldScoreTheRunsAnswersOnItsOwnTopicAndLeaveTheRunsAlone() {
        try (StageDriver stage = shadow(ScoringConfig.DEFAULT, null)) {
            // When
            send(stage, trajectory("p1@0", 0, 2, RIGHT));
            send(stage, trajectory("p1@0", 1, 2, NEAR));
            // Then
            assertThat(stage.values(own(stage).scored()))
                    .extracting(ScoredTrajectory::getReward)
                    .containsExactly(1.0, 0.0);
            assertThat(stage.values(own(stage).scored())).isEmpty();
            assertThat(stage.values(stage.topics().scored())).isEmpty();
            assertThat(stage.values(stage.topics().difficulty())).isEmpty();
        }
    }

    @Test
    void shouldAskItsOwnJudgeAndWaitForItsOwnVerdicts() {
        try (StageDriver stage =
                shadow(ScoringConfig.of(RewardPolicy.JUDGE, 0.5), new AskedJudge("big", "rubric", false))) {
            // Given
            send(stage, trajectory("p1@0", 0, 2, NEAR));
            JudgeRequest request = stage.values(own(stage).judgeRequests()).get(0);
            assertThat(stage.values(stage.topics().judgeRequests())).isEmpty();
            // When
            stage.send(
                    own(stage).verdicts(),
                    request.getKey(),
                    Records.verdict(request.getKey()).setScore(1.0).build());
            // Then
            assertThat(stage.values(own(stage).scored()))
                    .extracting(ScoredTrajectory::getReward)
                    .containsExactly(1.0);
        }
    }

    @Test
    void shouldKeepWhatItCannotReadAmongItsOwnDeadLetters() {
        try (StageDriver stage = shadow(ScoringConfig.DEFAULT, null)) {
            // When
            stage.sendBytes(stage.topics().trajectories(), "p1@0", new byte[] {0, 0, 0, 0, 99, 1}, Instant.EPOCH);
            // Then
            assertThat(stage.values(own(stage).deadLetters()))
                    .extracting(DeadLetter::getTopic)
                    .containsExactly("test.trajectories");
            assertThat(stage.deadLetters()).isEmpty();
        }
    }

    @Test
    void shouldProveItsStoresByItsOwnTopics() {
        // Given
        Topics own = new Topics("test", 2).ofShadow("strict");
        // When
        Map<String, ?> filled = ScoringTopology.filledFrom(own, true);
        // Then
        assertThat(filled.keySet()).isEqualTo(Set.of(KeepFirst.SEEN, VerdictStores.KNOWN));
        assertThat(filled.values())
                .allSatisfy(filling -> assertThat(filling.toString()).contains(".strict"));
    }

    private static StageDriver shadow(ScoringConfig config, AskedJudge judge) {
        return new StageDriver(log -> ScoringTopology.build(log.ofShadow("strict"), config, judge, "digest", () -> -1));
    }

    private static Topics own(StageDriver stage) {
        return stage.topics().ofShadow("strict");
    }

    private static void send(StageDriver stage, Trajectory trajectory) {
        stage.send(stage.topics().trajectories(), trajectory.getGroupId(), trajectory);
    }
}
