package dev.longstream.streams.scoring;

import dev.longstream.record.JudgeRequest;
import dev.longstream.record.RewardComponent;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Verdict;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.rewards.RewardPolicy;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.topology.StageDriver;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

import static dev.longstream.streams.Samples.trajectory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

/** Scoring with a judge: waiting scores, requests to the judge, and rewards without a verdict. */
class JudgedScoringTest {
    private static final String RIGHT = "The answer is Ghent.";
    private static final String NEAR = "The answer is the town of Gand.";
    private static final String SILENT = "I do not know what to say about this";

    private StageDriver stage = stage(RewardPolicy.MAX, false);

    @AfterEach
    void close() {
        stage.close();
    }

    @ParameterizedTest(name = "{0}: rule {1}, asked {2}, judge says {3}, reward {4}")
    @CsvSource({
        "MAX, 1, false, , 1",
        "MAX, 0, true, 1, 1",
        "MAX, 0, true, 0, 0",
        "MIN, 0, false, , 0",
        "MIN, 1, true, 0, 0",
        "MIN, 1, true, 1, 1",
        "JUDGE, 1, true, 0, 0",
        "JUDGE, 0, true, 1, 1",
        "MEAN, 1, true, 0, 0.5",
        "MEAN, 0, true, 0, 0",
        "WEIGHTED, 1, true, 0, 0.25",
        "WEIGHTED, 0, true, 1, 0.75",
        "RULE, 0, false, , 0",
        "RULE, 1, false, , 1"
    })
    void shouldAskWhereTheVerdictCanChangeTheRewardAndCombineBoth(
            RewardPolicy policy, int rule, boolean asked, Double judge, double reward) {
        restart(policy, false);

        send(trajectory("p1@0", 0, 2, rule == 1 ? RIGHT : NEAR));

        List<JudgeRequest> requests = requests();
        assertThat(requests).hasSize(asked ? 1 : 0);
        if (asked) {
            assertThat(scored()).as("before the verdict").isEmpty();
            say(requests.get(0), judge);
        }
        assertThat(scored()).extracting(ScoredTrajectory::getReward).containsExactly(reward);
    }

    @Test
    void shouldAskForTheExtractedAnswerAndNothingElseOfTheCompletion() {
        send(trajectory("p1@0", 1, 2, "<think>I think YES</think> " + NEAR));

        assertThat(requests()).singleElement().satisfies(request -> {
            assertThat(request.getQuestion()).isEqualTo("Which town?");
            assertThat(request.getAnswer()).isEqualTo("the town of Gand");
            assertThat(request.getGolds()).containsExactly("Ghent");
            assertThat(request.getJudge()).isEqualTo("judge");
            assertThat(request.getRubricDigest()).isEqualTo("rubric");
            assertThat(request.getGroupId()).isEqualTo("p1@0");
            assertThat(request.getSampleIndex()).isEqualTo(1);
            assertThat(request.getAsker()).isNull();
            assertThat(request.getKey()).hasSize(64);
        });
    }

    @Test
    void shouldGiveARewardBehindHttpTheWholeOutputWhateverTheRuleExtracts() {
        stage.close();
        stage = new StageDriver(log -> ScoringTopology.build(
                log,
                ScoringConfig.of(RewardPolicy.JUDGE, 0.5),
                new AskedJudge("mine", "rubric", false, true),
                "digest",
                () -> -1));

        send(trajectory("p1@0", 0, 2, SILENT));

        JudgeRequest request = requests().get(0);
        assertThat(request.getAnswer()).isEqualTo(SILENT);
        say(request, 0.25);
        assertThat(scored()).extracting(ScoredTrajectory::getReward).containsExactly(0.25);
    }

    @Test
    void shouldAskOnceForTheSameAnswerAndSettleEverybodyWhoWaits() {
        send(trajectory("p1@0", 0, 2, NEAR));
        send(trajectory("p1@0", 1, 2, NEAR));
        send(trajectory("p1@1", 0, 2, NEAR));
        JudgeRequest request = requests().get(0);

        say(request, 1.0);
        send(trajectory("p1@2", 0, 2, NEAR));

        assertThat(requests()).isEmpty();
        assertThat(scored())
                .extracting(ScoredTrajectory::getGroupId, ScoredTrajectory::getSampleIndex, ScoredTrajectory::getReward)
                .containsExactly(
                        tuple("p1@0", 0, 1.0), tuple("p1@0", 1, 1.0), tuple("p1@1", 0, 1.0), tuple("p1@2", 0, 1.0));
    }

    @Test
    void shouldAskNothingThatTheVerdictsOfAnEarlierRunAnswer() {
        send(trajectory("p1@0", 0, 2, NEAR));
        JudgeRequest request = requests().get(0);
        restart(RewardPolicy.MAX, false);

        say(request, 1.0);
        send(trajectory("p1@0", 0, 2, NEAR));

        assertThat(requests()).isEmpty();
        assertThat(scored()).extracting(ScoredTrajectory::getReward).containsExactly(1.0);
    }

    @Test
    void shouldGiveNoRewardWithoutAVerdictAndSayWhy() {
        send(trajectory("p1@0", 0, 2, NEAR));

        fail(requests().get(0), "HTTP 500 for 10 minutes");

        assertThat(scored()).singleElement().satisfies(score -> {
            assertThat(score.getReward()).isNull();
            assertThat(score.getComponents())
                    .extracting(RewardComponent::getName, RewardComponent::getValue)
                    .containsExactly(tuple("rule", 0.0), tuple("judge", null));
            assertThat(score.getComponents().get(1).getReason()).contains("HTTP 500 for 10 minutes");
        });
        assertThat(stage.counted("without-verdict")).isEqualTo(1);
        assertThat(stage.values(stage.topics().difficulty())).isEmpty();
    }

    @Test
    void shouldAskAgainAfterAFailure() {
        send(trajectory("p1@0", 0, 2, NEAR));
        fail(requests().get(0), "away");

        send(trajectory("p1@1", 0, 2, NEAR));

        assertThat(requests()).hasSize(1);
    }

    @Test
    void shouldAskNobodyAboutNothing() {
        restart(RewardPolicy.JUDGE, false);

        send(trajectory("p1@0", 0, 2, SILENT));

        assertThat(requests()).isEmpty();
        assertThat(scored()).extracting(ScoredTrajectory::getReward).containsExactly(0.0);
    }

    @Test
    void shouldAskAlwaysWhereAgreementIsStudiedWithoutChangingTheReward() {
        restart(RewardPolicy.MAX, true);
        send(trajectory("p1@0", 0, 3, RIGHT));

        fail(requests().get(0), "away");
        send(trajectory("p1@1", 0, 3, RIGHT));
        say(requests().get(0), 0.0);

        assertThat(scored()).hasSize(2).allSatisfy(score -> {
            assertThat(score.getReward()).isEqualTo(1.0);
            assertThat(score.getComponents()).hasSize(2);
        });
    }

    @Test
    void shouldKeepTheFirstVerdictOfAKey() {
        send(trajectory("p1@0", 0, 2, NEAR));
        JudgeRequest request = requests().get(0);
        say(request, 1.0);

        say(request, 0.0);
        send(trajectory("p1@1", 0, 2, NEAR));

        assertThat(scored()).extracting(ScoredTrajectory::getReward).containsExactly(1.0, 1.0);
    }

    @Test
    void shouldRefuseAVerdictUnderAnotherKeyAndGoOn() {
        send(trajectory("p1@0", 0, 2, NEAR));
        JudgeRequest request = requests().get(0);

        stage.send(
                stage.topics().verdicts(),
                "other",
                verdict(request).setScore(1.0).build());
        say(request, 1.0);

        assertThat(stage.deadLetters()).singleElement().satisfies(letter -> assertThat(letter.getReason())
                .contains("key 'other'"));
        assertThat(scored()).hasSize(1);
    }

    @Test
    void shouldTellQuestionsApartThatOnlyTogetherSpellTheSame() {
        AskedJudge judge = new AskedJudge("j", "r", false);
        var two = Records.question("p1").setGolds(List.of("a", "b")).build();
        var one = Records.question("p1").setGolds(List.of("ab")).build();

        assertThat(judge.key(two, "x")).isNotEqualTo(judge.key(one, "x"));
        assertThat(judge.key(one, "x")).isNotEqualTo(new AskedJudge("j", "s", false).key(one, "x"));
        assertThat(judge.key(one, "x")).isEqualTo(new AskedJudge("j", "r", true).key(one, "x"));
    }

    @Test
    void shouldRefuseARewardThatNeedsAJudgeWhereThereIsNone() {
        assertThatThrownBy(() -> ScoringTopology.build(
                        StageDriver.log(), ScoringConfig.of(RewardPolicy.MEAN, 0.5), null, "digest", () -> -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scoring.reward is MEAN");
    }

    private void restart(RewardPolicy policy, boolean always) {
        stage.close();
        stage = stage(policy, always);
    }

    private static StageDriver stage(RewardPolicy policy, boolean always) {
        return new StageDriver(log -> ScoringTopology.build(
                log, ScoringConfig.of(policy, 0.75), new AskedJudge("judge", "rubric", always), "digest", () -> -1));
    }

    private void send(Trajectory trajectory) {
        stage.send(stage.topics().trajectories(), trajectory.getGroupId(), trajectory);
    }

    private void say(JudgeRequest request, Double score) {
        stage.send(
                stage.topics().verdicts(),
                request.getKey(),
                verdict(request).setScore(score).setWords("[[…]]").build());
    }

    private void fail(JudgeRequest request, String why) {
        stage.send(
                stage.topics().verdicts(),
                request.getKey(),
                verdict(request).setFailure(why).build());
    }

    private static Verdict.Builder verdict(JudgeRequest request) {
        return Records.verdict(request.getKey())
                .setJudge(request.getJudge())
                .setRubricDigest(request.getRubricDigest());
    }

    private List<JudgeRequest> requests() {
        return stage.values(stage.topics().judgeRequests());
    }

    private List<ScoredTrajectory> scored() {
        return stage.values(stage.topics().scored());
    }
}
