package dev.longstream.streams.scoring;

import dev.longstream.record.ScoredTrajectory;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.rewards.RewardPolicy;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.topology.StageDriver;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** An answer whose request to the judge is larger than a record may be. */
class OversizedScoreTest {
    private static final ScoringConfig BY_RULE_OR_JUDGE = ScoringConfig.of(RewardPolicy.MAX, 0.5);

    @Test
    void shouldFailTheAnswerWithItsPlaceAndGoOn() {
        try (StageDriver stage = new StageDriver(log -> ScoringTopology.build(
                log, BY_RULE_OR_JUDGE, new AskedJudge("judge", "rubric", false), "digest", () -> -1))) {
            // Given
            String question = "Which town? " + "-".repeat(17 << 20);
            // When
            stage.send(
                    stage.topics().trajectories(),
                    "p0@0",
                    Records.trajectory("p0@0", 0)
                            .setText("The answer is Gent.")
                            .setQuestion(
                                    Records.question("p0").setQuestion(question).build())
                            .build());
            stage.send(
                    stage.topics().trajectories(),
                    "p1@1",
                    Records.trajectory("p1@1", 0).setText("The answer is Gent.").build());
            // Then
            assertThat(stage.values(stage.topics().scored()))
                    .singleElement()
                    .extracting(ScoredTrajectory::getGroupId, ScoredTrajectory::getReward)
                    .containsExactly("p0@0", null);
            assertThat(stage.deadLetters()).singleElement().satisfies(letter -> {
                assertThat(letter.getOffset()).isZero();
                assertThat(letter.getReason()).contains("the request to the judge has", "too large to be copied");
            });
            assertThat(stage.values(stage.topics().judgeRequests())).hasSize(1);
        }
    }
}
