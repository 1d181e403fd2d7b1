package dev.longstream.streams.grouping;

import dev.longstream.config.ConfigurationException;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.Outcome;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.Baseline;
import dev.longstream.streams.advantage.GroupOfOne;
import dev.longstream.streams.advantage.OverlongPenalty;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.advantage.Scale;
import dev.longstream.streams.advantage.UniformGroups;
import dev.longstream.streams.topology.StageDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import static dev.longstream.streams.Samples.noGroups;
import static dev.longstream.streams.Samples.scored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

class GroupingTopologyTest {
    private static final AdvantageConfig PLAIN = new AdvantageConfig(
            Baseline.GROUP_MEAN, Scale.NONE, false, 1e-6, UniformGroups.REFILL, GroupOfOne.ZERO, OverlongPenalty.NONE);

    private final StageDriver stage = grouping(PhaseAdvantages.always(PLAIN));

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void shouldReleaseAGroupOnceWhenItsLastTrajectoryArrives() {
        // Given
        send(scored("g1", 1, 2, 1.0));
        send(scored("g1", 1, 2, 0.0)); // scored again
        assertThat(groups()).isEmpty();
        // When
        send(scored("g1", 0, 2, 0.0));
        send(scored("g1", 0, 2, 1.0)); // and again, when the group is gone
        send(scored("g1", 1, 2, 1.0));
        // Then
        List<Group> groups = groups();
        assertThat(groups).hasSize(1);
        assertThat(groups.get(0).getMembers())
                .extracting(GroupMember::getSampleIndex, GroupMember::getReward, GroupMember::getAdvantage)
                .containsExactly(tuple(0, 0.0, -0.5), tuple(1, 1.0, 0.5));
        assertThat(groups.get(0).getMeanReward()).isEqualTo(0.5);
        assertThat(groups.get(0).getConfigDigest()).isEqualTo("digest");
        assertThat(stage.counted("duplicates")).isEqualTo(3);
    }

    @Test
    void shouldKeyAGroupByItsIdAndDateItLikeItsLastScore() {
        stage.send(stage.topics().scored(), "g1", scored("g1", 0, 2, 0.0), Instant.ofEpochMilli(5));
        stage.send(stage.topics().scored(), "g1", scored("g1", 1, 2, 1.0), Instant.ofEpochMilli(9));

        TestRecord<String, Group> record =
                stage.records(stage.topics().groups()).get(0);
        assertThat(record.key()).isEqualTo("g1");
        assertThat(record.timestamp()).isEqualTo(9);
    }

    @Test
    void shouldRejectAGroupWhoseRewardsAreAllEqual() {
        send(scored("g1", 0, 2, 0.1));
        send(scored("g1", 1, 2, 0.1));

        assertThat(groups()).isEmpty();
        assertThat(rejected()).singleElement().satisfies(group -> {
            assertThat(group.getVerdict()).isEqualTo(GroupVerdict.UNIFORM_REWARD);
            assertThat(group.getMembers()).extracting(GroupMember::getAdvantage).containsExactly(0.0, 0.0);
        });
    }

    @Test
    void shouldRejectAGroupInWhichFewerThanTwoAnswersCarryAReward() {
        send(scored("g1", 0, 3, 1.0));
        send(scored("g1", 1, 3, null));
        send(scored("g1", 2, 3, null));

        assertThat(rejected()).singleElement().satisfies(group -> {
            assertThat(group.getVerdict()).isEqualTo(GroupVerdict.TOO_FEW_MEMBERS);
            assertThat(group.getMembers()).extracting(GroupMember::getAdvantage).containsExactly(0.0, null, null);
            assertThat(group.getRewardDeviation()).isNull();
        });
    }

    @Test
    void shouldLeaveAFailedMemberOutOfTheBaselineAndInTheGroup() {
        send(scored("g1", 0, 3, 1.0));
        send(scored("g1", 1, 3, null));
        send(scored("g1", 2, 3, 0.0));

        assertThat(groups()).singleElement().satisfies(group -> {
            assertThat(group.getMeanReward()).isEqualTo(0.5);
            assertThat(group.getMembers()).extracting(GroupMember::getAdvantage).containsExactly(0.5, null, -0.5);
            assertThat(group.getMembers().get(1).getOutcome()).isEqualTo(Outcome.INFRASTRUCTURE_FAILED);
        });
    }

    @Test
    void shouldPenaliseLengthInTheAdvantageAndNotInTheRewardOrTheFilter() {
        // Given
        // Answers have three tokens, the limit.
        AdvantageConfig overlong = new AdvantageConfig(
                Baseline.GROUP_MEAN,
                Scale.NONE,
                false,
                1e-6,
                UniformGroups.REFILL,
                GroupOfOne.ZERO,
                new OverlongPenalty(3, 1));
        try (StageDriver other = grouping(PhaseAdvantages.always(overlong))) {
            ScoredTrajectory shorter = ScoredTrajectory.newBuilder(scored("g1", 1, 2, 0.0))
                    .setCompletionTokens(2)
                    .build();
            // When
            for (ScoredTrajectory score : List.of(
                    scored("g1", 0, 2, 1.0),
                    shorter,
                    scored("g2", 0, 2, 1.0),
                    ScoredTrajectory.newBuilder(shorter)
                            .setGroupId("g2")
                            .setReward(1.0)
                            .build())) {
                other.send(other.topics().scored(), score.getGroupId(), score);
            }
            // Then
            // The right answer has 1 − 1, the wrong one 0 + 0.
            List<Group> trained = other.values(other.topics().groups());
            assertThat(trained).singleElement().satisfies(group -> {
                assertThat(group.getMeanReward()).isEqualTo(0.5);
                assertThat(group.getMembers())
                        .extracting(GroupMember::getReward, GroupMember::getLengthPenalty, GroupMember::getAdvantage)
                        .containsExactly(tuple(1.0, -1.0, 0.0), tuple(0.0, 0.0, 0.0));
            });
            List<Group> uniform = other.values(other.topics().rejectedGroups());
            assertThat(uniform).extracting(Group::getVerdict).containsExactly(GroupVerdict.UNIFORM_REWARD);
        }
    }

    @Test
    void shouldTrainUniformGroupsWithoutAdvantageWhereTheObjectiveKeepsThem() {
        AdvantageConfig keep = new AdvantageConfig(
                Baseline.GROUP_MEAN,
                Scale.GROUP,
                false,
                1e-6,
                UniformGroups.KEEP,
                GroupOfOne.ZERO,
                OverlongPenalty.NONE);
        try (StageDriver other = grouping(PhaseAdvantages.always(keep))) {
            other.send(other.topics().scored(), "g1", scored("g1", 0, 2, 1.0));
            other.send(other.topics().scored(), "g1", scored("g1", 1, 2, 1.0));
            other.send(other.topics().scored(), "g2", scored("g2", 0, 2, null));
            other.send(other.topics().scored(), "g2", scored("g2", 1, 2, 1.0));

            assertThat(other.values(other.topics().groups())).singleElement().satisfies(group -> assertThat(
                            group.getMembers())
                    .extracting(GroupMember::getAdvantage)
                    .containsExactly(0.0, 0.0));
            assertThat(other.values(other.topics().rejectedGroups()))
                    .as("one answer has no baseline")
                    .extracting(Group::getVerdict)
                    .containsExactly(GroupVerdict.TOO_FEW_MEMBERS);
        }
    }

    @Test
    void shouldTakeAdvantagesAsTheObjectiveOfThePhaseDoes() {
        AdvantageConfig others = new AdvantageConfig(
                Baseline.LEAVE_ONE_OUT,
                Scale.NONE,
                false,
                1e-6,
                UniformGroups.REFILL,
                GroupOfOne.ZERO,
                OverlongPenalty.NONE);
        PhaseAdvantages byPhase = new PhaseAdvantages(PLAIN, List.of(PLAIN, others));
        try (StageDriver other = grouping(byPhase)) {
            for (int phase = 0; phase < 3; phase++) {
                for (int sample = 0; sample < 2; sample++) {
                    ScoredTrajectory score = ScoredTrajectory.newBuilder(
                                    scored("g" + phase, sample, 2, (double) sample))
                            .setPhaseIndex(phase)
                            .build();
                    other.send(other.topics().scored(), score.getGroupId(), score);
                }
            }

            assertThat(other.values(other.topics().groups()))
                    .extracting(group -> group.getMembers().get(1).getAdvantage())
                    .as("the third is a phase that the configuration does not have")
                    .containsExactly(0.5, 1.0, 0.5);
        }
    }

    @Test
    void shouldTrainAGroupOfOneOnItsRewardWhereTheObjectiveSaysSo() {
        AdvantageConfig compatible = new AdvantageConfig(
                Baseline.GROUP_MEAN,
                Scale.NONE,
                false,
                1e-6,
                UniformGroups.REFILL,
                GroupOfOne.REWARD,
                OverlongPenalty.NONE);
        try (StageDriver other = grouping(PhaseAdvantages.always(compatible))) {
            other.send(other.topics().scored(), "g1", scored("g1", 0, 2, 1.0));
            other.send(other.topics().scored(), "g1", scored("g1", 1, 2, null));

            List<Group> trained = other.values(other.topics().groups());
            assertThat(trained).singleElement().satisfies(group -> assertThat(group.getMembers())
                    .extracting(GroupMember::getAdvantage)
                    .containsExactly(1.0, null));
        }
    }

    @Test
    void shouldRefuseAScoreThatContradictsItsGroup() {
        send(scored("g1", 0, 2, 1.0));
        send(scored("g1", 1, 3, 0.0));
        send(scored("g1", 2, 2, 0.0));
        ScoredTrajectory otherOrdinal = ScoredTrajectory.newBuilder(scored("g1", 1, 2, 0.0))
                .setOrdinal(8)
                .build();
        send(otherOrdinal);
        stage.send(stage.topics().scored(), "g2", scored("g1", 1, 2, 0.0));

        assertThat(stage.deadLetters())
                .extracting(DeadLetter::getReason)
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("group-size is 3, expected 2"),
                        reason -> assertThat(reason).contains("sample-index is 2, expected 0 to 1"),
                        reason -> assertThat(reason).contains("ordinal is 8, expected 7"),
                        reason -> assertThat(reason).contains("key 'g2'", "'g1'"));

        // Then
        // The group goes on.
        send(scored("g1", 1, 2, 0.0));
        assertThat(groups()).hasSize(1);
    }

    @Test
    void shouldRefuseBytesThatAreNoScoreAndGoOn() {
        byte[] poison = "not Avro".getBytes(StandardCharsets.UTF_8);
        stage.sendBytes(stage.topics().scored(), "g1", poison, Instant.ofEpochMilli(3));
        send(scored("g1", 0, 2, 1.0));
        send(scored("g1", 1, 2, 0.0));

        assertThat(stage.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.getStage()).isEqualTo("grouping");
            assertThat(letter.getTopic()).isEqualTo("test.scored");
            assertThat(letter.getOffset()).isZero();
            assertThat(letter.getReason()).contains("expected ScoredTrajectory");
            assertThat(letter.getValue().array()).isEqualTo(poison);
            assertThat(letter.getAt()).isEqualTo(Instant.ofEpochMilli(3));
        });
        assertThat(groups()).hasSize(1);
    }

    @Test
    void shouldNameWhatIsWrongWithAConfiguration() {
        assertThatThrownBy(() -> new AdvantageConfig(
                        Baseline.GROUP_MEAN,
                        Scale.NONE,
                        true,
                        0,
                        UniformGroups.REFILL,
                        GroupOfOne.ZERO,
                        new OverlongPenalty(8, 9)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("objective.advantage.epsilon is 0.0")
                .hasMessageContaining("objective.advantage.population-deviation is true, but scale is none")
                .hasMessageContaining("objective.advantage.overlong.cache-length is 9 tokens");
    }

    private static StageDriver grouping(PhaseAdvantages advantages) {
        return new StageDriver(log -> GroupingTopology.build(log, advantages, "digest", () -> -1, noGroups()));
    }

    private void send(ScoredTrajectory score) {
        stage.send(stage.topics().scored(), score.getGroupId(), score);
    }

    private List<Group> groups() {
        return stage.values(stage.topics().groups());
    }

    private List<Group> rejected() {
        return stage.values(stage.topics().rejectedGroups());
    }
}
