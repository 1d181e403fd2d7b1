package dev.longstream.runs.shadows;

import dev.longstream.record.Batch;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.runs.shadows.ShadowComparison.AgreementSlice;
import dev.longstream.runs.shadows.ShadowComparison.AnswerAgreement;
import dev.longstream.runs.shadows.ShadowComparison.BatchChange;
import dev.longstream.runs.shadows.ShadowComparison.GroupAgreement;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.batching.BatchPlan;
import dev.longstream.streams.batching.BatchingConfig;
import dev.longstream.streams.grouping.CompleteGroup;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class GroupsUnderBothTest {
    private static final BatchingConfig CONFIG = new BatchingConfig(2, PhaseAdvantages.always(AdvantageConfig.DEFAULT));

    private final GroupsUnderBoth groups = new GroupsUnderBoth(CONFIG);
    private final TreeMap<Long, Group> ofRun = new TreeMap<>();

    @Test
    void shouldAgreeWithATwinInEverything() {
        // Given
        for (long ordinal = 0; ordinal < 6; ordinal++) {
            both(ordinal, List.of(1.0, 0.0), List.of(1.0, 0.0));
        }
        // When
        BatchChange batches = groups.batches(batches(), 0);
        // Then
        assertThat(slice("all").answers()).isEqualTo(new AnswerAgreement(12, 12, 1.0, 0.5, 0.5, 0, 0, 0, 0));
        assertThat(slice("all").groups()).isEqualTo(new GroupAgreement(6, 6, 0, 0, 0));
        assertThat(groups.advantages().meanDifference()).isZero();
        assertThat(batches.ofRun()).isEqualTo(3);
        assertThat(batches.ofShadow()).isEqualTo(3);
        assertThat(batches.equal()).isEqualTo(3);
        assertThat(batches.minCosine()).isCloseTo(1, within(1e-9));
        assertThat(groups.uncompared()).isZero();
    }

    @Test
    void shouldCountWhatEachWouldTrainOn() {
        // Given
        both(0, List.of(1.0, 0.0), List.of(0.0, 1.0));
        both(1, List.of(1.0, 0.0), List.of(0.0, 0.0));
        both(2, List.of(1.0, 1.0), List.of(1.0, 0.5));
        both(3, List.of(0.0, 0.0), List.of(0.0, 0.0));
        // When
        GroupAgreement kept = slice("all").groups();
        // Then
        assertThat(kept).isEqualTo(new GroupAgreement(4, 1, 1, 1, 1));
        AnswerAgreement answers = slice("all").answers();
        assertThat(answers.equal()).isEqualTo(4);
        assertThat(answers.runHigher()).isEqualTo(3);
        assertThat(answers.shadowHigher()).isEqualTo(1);
        assertThat(groups.advantages().answers()).isEqualTo(2);
        assertThat(groups.advantages().otherSign()).isEqualTo(2);
    }

    @Test
    void shouldLeaveAnAnswerWithoutARewardOutOfTheAgreement() {
        // When
        both(0, Arrays.asList(1.0, null, 0.0), Arrays.asList(1.0, 1.0, null));
        // Then
        assertThat(slice("all").answers()).isEqualTo(new AnswerAgreement(1, 1, 1.0, 1.0, 1.0, 0, 0, 1, 1));
    }

    @Test
    void shouldDivideByPhaseTaskAndInputLength() {
        // Given
        both(0, List.of(1.0, 0.0), List.of(1.0, 0.0));
        score(1, List.of(1.0, 0.0), "long", 1, 100);
        group(1, List.of(1.0, 0.0), "long", 1, 100);
        // Then
        assertThat(groups.slices())
                .extracting(AgreementSlice::by, AgreementSlice::name)
                .extracting(Object::toString)
                .startsWith("(\"all\", \"\")")
                .anyMatch(name -> name.contains("phase") && name.contains("long"))
                .anyMatch(name -> name.contains("input") && name.contains("64–128"));
        assertThat(groups.slices())
                .filteredOn(slice -> slice.by().equals("phase"))
                .hasSize(2);
    }

    @Test
    void shouldSayWhichBatchPointsElsewhere() {
        // Given
        both(0, List.of(1.0, 0.0), List.of(1.0, 0.0));
        both(1, List.of(1.0, 0.0), List.of(1.0, 0.0));
        both(2, List.of(1.0, 0.0), List.of(0.0, 1.0));
        both(3, List.of(1.0, 0.0), List.of(0.0, 0.0));
        // When
        BatchChange batches = groups.batches(batches(), 0);
        // Then
        assertThat(batches.ofShadow())
                .as("a rejected group leaves its batch unfilled")
                .isEqualTo(1);
        assertThat(batches.minCosineBatch()).isEqualTo(1);
        assertThat(batches.minCosine()).isCloseTo(-1 / Math.sqrt(2), within(1e-9));
        assertThat(batches.meanCosine()).isCloseTo((1 - 1 / Math.sqrt(2)) / 2, within(1e-9));
    }

    @Test
    void shouldWaitForAGroupThatIsScoredInPart() {
        // Given
        group(0, List.of(1.0, 0.0), "short", 0, 10);
        groups.addScore(scored(0, 0, 2, 1.0, "short", 0, 10));
        groups.addScore(scored(0, 0, 2, 0.0, "short", 0, 10)); // again; the first counts
        // Then
        assertThat(groups.uncompared()).isEqualTo(1);
        assertThat(groups.batches(batches(), 0).meanCosine()).isNull();
        // When
        groups.addScore(scored(0, 1, 2, 0.0, "short", 0, 10));
        // Then
        assertThat(groups.uncompared()).isZero();
        assertThat(slice("all").answers().equal()).isEqualTo(2);
    }

    private AgreementSlice slice(String by) {
        return groups.slices().stream()
                .filter(slice -> slice.by().equals(by))
                .findFirst()
                .orElseThrow();
    }

    private List<Batch> batches() {
        return BatchPlan.fill(ofRun, 0, 0, CONFIG);
    }

    private void both(long ordinal, List<Double> run, List<Double> shadow) {
        group(ordinal, run, "short", 0, 10);
        score(ordinal, shadow, "short", 0, 10);
    }

    private void group(long ordinal, List<Double> rewards, String phase, int phaseIndex, int inputTokens) {
        List<ScoredTrajectory> members = new ArrayList<>();
        for (int i = 0; i < rewards.size(); i++) {
            members.add(scored(ordinal, i, rewards.size(), rewards.get(i), phase, phaseIndex, inputTokens));
        }
        Group group = CompleteGroup.of(members, AdvantageConfig.DEFAULT, "digest");
        assertThat(group.getVerdict()).isNotEqualTo(GroupVerdict.TOO_FEW_MEMBERS);
        groups.addGroup(group);
        ofRun.put(ordinal, group);
    }

    private void score(long ordinal, List<Double> rewards, String phase, int phaseIndex, int inputTokens) {
        for (int i = 0; i < rewards.size(); i++) {
            groups.addScore(scored(ordinal, i, rewards.size(), rewards.get(i), phase, phaseIndex, inputTokens));
        }
    }

    private static ScoredTrajectory scored(
            long ordinal, int sample, int size, Double reward, String phase, int phaseIndex, int inputTokens) {
        return Records.scored("p" + ordinal + "@" + ordinal, sample)
                .setOrdinal(ordinal)
                .setGroupSize(size)
                .setReward(reward)
                .setPhase(phase)
                .setPhaseIndex(phaseIndex)
                .setInputTokens(inputTokens)
                .build();
    }
}
