package dev.longstream.streams.scoring;

import dev.longstream.record.AnswerKind;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.Difficulty;
import dev.longstream.record.Outcome;
import dev.longstream.record.Question;
import dev.longstream.record.RecordRef;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Trajectory;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.Samples;
import dev.longstream.streams.topology.StageDriver;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

import static dev.longstream.streams.Samples.trajectory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class ScoringTopologyTest {
    private static final String RIGHT = "The answer is Ghent.";
    private static final String WRONG = "The answer is Bruges.";

    private final StageDriver stage =
            new StageDriver(log -> ScoringTopology.build(log, ScoringConfig.DEFAULT, null, "digest", () -> -1));

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void shouldScoreAnAnswerByTheRuleOfItsKindAndSayWhy() {
        send(trajectory("p1@0", 0, 2, RIGHT));
        send(trajectory("p1@0", 1, 2, WRONG));

        List<ScoredTrajectory> scored = scored();
        assertThat(scored).extracting(ScoredTrajectory::getReward).containsExactly(1.0, 0.0);
        ScoredTrajectory first = scored.get(0);
        assertThat(first.getTrajectory()).isEqualTo(new RecordRef(0, 0L));
        assertThat(first.getCompletionTokens()).isEqualTo(3);
        assertThat(first.getOldestVersion()).isEqualTo(4);
        assertThat(first.getNewestVersion()).isEqualTo(5);
        assertThat(first.getComponents()).singleElement().satisfies(component -> {
            assertThat(component.getName()).isEqualTo("rule");
            assertThat(component.getValue()).isEqualTo(1.0);
            assertThat(component.getExtracted()).isNotBlank();
            assertThat(component.getReason()).isNotBlank();
        });
    }

    @Test
    void shouldScoreFreeTextByTheShortAnswerRule() {
        send(asking(trajectory("p1@0", 0, 2, RIGHT), AnswerKind.FREE_TEXT, List.of("Ghent")));

        assertThat(scored()).extracting(ScoredTrajectory::getReward).containsExactly(1.0);
    }

    @Test
    void shouldCountTheFirstOfAGroupAndSampleAndNoOther() {
        send(trajectory("p1@0", 0, 2, WRONG));
        send(trajectory("p1@0", 0, 2, RIGHT));
        send(trajectory("p1@00", 0, 2, RIGHT));

        assertThat(scored())
                .extracting(ScoredTrajectory::getGroupId, ScoredTrajectory::getReward)
                .containsExactly(tuple("p1@0", 0.0), tuple("p1@00", 1.0));
        assertThat(stage.counted("duplicates")).isEqualTo(1);
        assertThat(stage.deadLetters()).isEmpty();
    }

    @Test
    void shouldGiveNoRewardWhereThereIsNoAnswer() {
        send(Trajectory.newBuilder(trajectory("p1@0", 0, 2, RIGHT))
                .setOutcome(Outcome.INFRASTRUCTURE_FAILED)
                .setFailure("the worker lost its device")
                .setTokens(List.of())
                .setBehaviourLogProbs(List.of())
                .setPolicyLogProbs(List.of())
                .setVersions(List.of())
                .build());

        assertThat(scored()).singleElement().satisfies(score -> {
            assertThat(score.getReward()).isNull();
            assertThat(score.getOldestVersion()).isEqualTo(score.getAdmittedVersion());
            assertThat(score.getComponents().get(0).getReason())
                    .contains("INFRASTRUCTURE_FAILED", "the worker lost its device");
        });
        assertThat(stage.deadLetters()).isEmpty();
        assertThat(difficulties()).isEmpty();
    }

    @Test
    void shouldScoreATruncatedAnswer() {
        send(Trajectory.newBuilder(trajectory("p1@0", 0, 2, WRONG))
                .setOutcome(Outcome.TRUNCATED)
                .build());

        assertThat(scored()).extracting(ScoredTrajectory::getReward).containsExactly(0.0);
    }

    @Test
    void shouldCompleteTheGroupWithoutARewardWhereTheGoldCannotBeRead() {
        send(asking(trajectory("p1@0", 0, 3, RIGHT), AnswerKind.NUMBER, List.of("about a dozen or so")));
        send(asking(trajectory("p1@0", 1, 3, RIGHT), AnswerKind.SHORT_ANSWER, List.of()));
        send(asking(trajectory("p1@0", 2, 3, RIGHT), AnswerKind.UNKNOWN, List.of("Ghent")));

        assertThat(scored()).hasSize(3).allSatisfy(score -> {
            assertThat(score.getReward()).isNull();
            assertThat(score.getComponents().get(0).getReason()).isNotBlank();
        });
        assertThat(stage.deadLetters()).hasSize(3).allSatisfy(letter -> {
            assertThat(letter.getStage()).isEqualTo("scoring");
            assertThat(letter.getTopic()).isEqualTo("test.trajectories");
            assertThat(letter.getReason()).isNotBlank();
        });
        assertThat(difficulties()).isEmpty();
    }

    @Test
    void shouldNotScoreAnAnswerWhoseArraysDisagree() {
        send(Trajectory.newBuilder(trajectory("p1@0", 0, 2, RIGHT))
                .setBehaviourLogProbs(List.of(-0.1f))
                .build());

        assertThat(scored()).extracting(ScoredTrajectory::getReward).containsExactly((Double) null);
        assertThat(stage.deadLetters())
                .extracting(DeadLetter::getReason)
                .containsExactly("has 3 tokens but 1 behaviour log-probabilities");
    }

    @Test
    void shouldScoreAnAnswerOfAnEngineThatTellsTheSampledDistributionAlone() {
        send(Trajectory.newBuilder(trajectory("p1@0", 0, 2, RIGHT))
                .setPolicyLogProbs(List.of())
                .build());

        assertThat(scored()).extracting(ScoredTrajectory::getReward).containsExactly(1.0);
        assertThat(stage.deadLetters()).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNoTrajectoryAndGoOn() {
        stage.sendBytes(stage.topics().trajectories(), "p1@0", new byte[] {0, 0, 0, 0, 99, 1}, Instant.EPOCH);
        stage.sendBytes(stage.topics().trajectories(), "p1@0", null, Instant.EPOCH);
        stage.sendBytes(stage.topics().trajectories(), "p1@0", new byte[0], Instant.EPOCH);
        stage.send(stage.topics().trajectories(), "p1@9", trajectory("p1@0", 0, 2, RIGHT));
        send(trajectory("p1@0", 2, 2, RIGHT));
        send(trajectory("p1@0", 0, 2, RIGHT));

        assertThat(stage.deadLetters())
                .extracting(DeadLetter::getReason)
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("cannot be decoded, expected Trajectory"),
                        reason -> assertThat(reason).contains("has no value"),
                        reason -> assertThat(reason).contains("cannot be decoded"),
                        reason -> assertThat(reason).contains("key 'p1@9', expected its group id 'p1@0'"),
                        reason -> assertThat(reason).contains("sample-index is 2, expected 0 to 1"));
        assertThat(scored()).hasSize(1);
    }

    @Test
    void shouldRefuseARecordOfAnotherKind() {
        stage.sendBytes(
                stage.topics().trajectories(),
                "p1@0",
                stage.serialized(stage.topics().scored(), Samples.scored("p1@0", 0, 2, 1.0)),
                Instant.EPOCH);

        assertThat(stage.deadLetters())
                .extracting(DeadLetter::getReason)
                .containsExactly("is a dev.longstream.record.ScoredTrajectory, expected Trajectory in Confluent's wire"
                        + " format");
    }

    @Test
    void shouldKeepTheDifficultyOfAPromptOverItsGroups() {
        send(trajectory("p1@9", 0, 2, RIGHT));
        send(trajectory("p1@10", 0, 2, WRONG));
        send(trajectory("p1@9", 1, 2, WRONG));

        List<Difficulty> difficulties = difficulties();
        assertThat(difficulties).hasSize(3);
        Difficulty last = difficulties.get(2);
        assertThat(last.getPromptId()).isEqualTo("p1");
        assertThat(last.getSamples()).isEqualTo(3);
        assertThat(last.getMeanReward()).isEqualTo(1.0 / 3);
        assertThat(last.getLastGroup()).isEqualTo("p1@10");
        assertThat(last.getLastVersion()).isEqualTo(5);
    }

    private static Trajectory asking(Trajectory trajectory, AnswerKind kind, List<String> golds) {
        Question question = Records.question("p1").setKind(kind).setGolds(golds).build();
        return Trajectory.newBuilder(trajectory).setQuestion(question).build();
    }

    private void send(Trajectory trajectory) {
        stage.send(stage.topics().trajectories(), trajectory.getGroupId(), trajectory);
    }

    private List<ScoredTrajectory> scored() {
        return stage.values(stage.topics().scored());
    }

    private List<Difficulty> difficulties() {
        return stage.values(stage.topics().difficulty());
    }
}
