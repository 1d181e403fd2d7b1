package dev.longstream.it;

import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.record.Assignment;
import dev.longstream.record.Group;
import dev.longstream.record.PromotedReward;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.audit.LogAudit;
import dev.longstream.runs.lineage.Lineage;
import dev.longstream.runs.lineage.LineageTree;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;

/** A run whose shadow is promoted at its second phase, killed before and after it, and scored again from its answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PromotedRunTest {
    private static final int SHORT_STEPS = 14;
    private static final String REWARD = "{components: {length: {from: 0, to: 8, weight: 0.5}}}";
    private static final String[] SHADOWS = {
        "--set", "scoring.shadows.strict=" + REWARD, "--set", "scoring.shadows.again=" + REWARD
    };
    private static final Topics RUN = new Topics("origin", 2);

    private EndedCommand promoted;
    private EndedCommand tooLate;
    private EndedCommand unknown;
    private EndedCommand replayed;
    private WholeRun log;

    @BeforeAll
    void promoteAndReplay(@TempDir Path folder) throws Exception {
        SmallRun run = SmallRun.in(folder);
        String yaml = Files.readString(run.configuration());
        Files.writeString(
                run.configuration(),
                yaml.replace("steps: " + SmallRun.SHORT_STEPS + "}", "steps: " + SHORT_STEPS + "}"));
        List<String> train = run.command("train", "origin", SHADOWS);
        Path checkpoints = run.runs().resolve("origin/checkpoints");
        CommandProcess.startUntil(checkpoints.resolve("step-000002"), folder, train)
                .kill();
        unknown = promote(run, "--shadow", "other");
        promoted = promote(run, "--shadow", "strict", "--why", "shorter is better", "--who", "ada");
        CommandProcess.startUntil(checkpoints.resolve("step-%06d".formatted(SHORT_STEPS + 2)), folder, train)
                .kill();
        tooLate = promote(run, "--shadow", "again");
        EndedCommand.succeed(train);
        replayed = EndedCommand.succeed(run.replay("origin", "same", with("--until", "groups", SHADOWS)));
        EndedCommand.succeed(run.replay("origin", "alone", "--until", "groups"));
        log = new WholeRun(run.runs(), "origin");
    }

    @AfterAll
    void close() {
        if (log != null) {
            log.close();
        }
    }

    @Test
    void shouldScoreEveryGroupOfTheSecondPhaseByThePromotedRewardAndNoneBefore() {
        // Given
        Map<String, Double> again = rewards(RUN.ofShadow("again"));
        Map<String, Double> own = rewards(RUN);
        Map<String, Double> promotedOnes = new TreeMap<>();
        // When
        for (Assignment assignment : log.read(RUN.assignments())) {
            boolean second = assignment.getPhase().equals("long");
            assertThat(assignment.getPromoted() != null).isEqualTo(second);
        }
        for (ScoredTrajectory score : log.read(RUN.scored())) {
            boolean second = score.getPhase().equals("long");
            PromotedReward reward = score.getPromoted();
            assertThat(reward == null ? "" : reward.getShadow()).isEqualTo(second ? "strict" : "");
            if (second) {
                promotedOnes.put(id(score), score.getReward());
            }
        }
        // Then
        promotedOnes.keySet().retainAll(again.keySet()); // a shadow may still have answers to score when the run ends
        assertThat(promotedOnes).isNotEmpty();
        assertThat(again).containsAllEntriesOf(promotedOnes);
        assertThat(own).isNotEqualTo(again);
        assertThat(log.read(RUN.groups())).allSatisfy(group -> assertThat(group.getPromoted() != null)
                .isEqualTo(group.getPhase().equals("long")));
        Set<String> byShadow = new TreeSet<>();
        log.read(RUN.ofShadow("strict").scored()).forEach(score -> byShadow.add(score.getPhase()));
        assertThat(byShadow).containsExactly("short");
    }

    @Test
    void shouldAccountForEveryAnswerAndNameThePromotion() {
        // When
        Ledger ledger = log.verifyTraining(SHORT_STEPS + SmallRun.LONG_STEPS);
        // Then
        assertThat(ledger.notes()).anySatisfy(note -> assertThat(note)
                .contains(
                        "The shadow strict scores the groups from phase long on",
                        "Promoted by ada",
                        "shorter is better"));
    }

    @Test
    void shouldGiveTheSameScoresAndGroupsInAReplay() {
        assertThat(replayed.errors()).contains("promoted its shadow strict at phase long");
        assertThat(log.read(new Topics("same", 2).scored()))
                .hasSameElementsAs(log.read(RUN.scored()).stream().distinct().toList());
        assertThat(groups("same")).isEqualTo(groups("origin"));
        assertThat(LogAudit.of(log.log(new Topics("same", 2))).notes())
                .anySatisfy(note -> assertThat(note).contains("The shadow strict scores the groups"));
    }

    @Test
    void shouldScoreByItsOwnRewardInAReplayThatNamesNoShadow() {
        assertThat(log.read(new Topics("alone", 2).scored()))
                .isNotEmpty()
                .extracting(ScoredTrajectory::getPromoted)
                .containsOnlyNulls();
        assertThat(LogAudit.of(log.log(new Topics("alone", 2))).notes())
                .anySatisfy(note -> assertThat(note).contains("had no effect"));
    }

    @Test
    void shouldTellUnderWhichRewardAnAnswerWasScored() {
        // Given
        ScoredTrajectory score = log.read(RUN.scored()).stream()
                .filter(each -> each.getPromoted() != null)
                .findFirst()
                .orElseThrow();
        // When
        try (Lineage lineage = new Lineage(log.log())) {
            // Then
            assertThat(LineageTree.of(lineage.answer(id(score)))).anySatisfy(line -> assertThat(line)
                    .contains("scored by the shadow strict, promoted by ada: shorter is better"));
        }
    }

    @Test
    void shouldRefuseAPromotionWithItsReason() {
        assertThat(promoted.output()).contains("The shadow strict scores the groups from phase long on");
        assertThat(unknown.errors()).contains("scoring.shadows names no such shadow", "[again, strict]");
        assertThat(tooLate.errors()).contains("the last phase, long, has begun");
    }

    private static EndedCommand promote(SmallRun run, String... more) {
        return EndedCommand.run(
                run.command("promote", "origin", with("--set", SHADOWS[1], with("--set", SHADOWS[3], more))));
    }

    private static String[] with(String option, String value, String... rest) {
        String[] all = new String[rest.length + 2];
        all[0] = option;
        all[1] = value;
        System.arraycopy(rest, 0, all, 2, rest.length);
        return all;
    }

    private static String id(ScoredTrajectory score) {
        return score.getGroupId() + "#" + score.getSampleIndex();
    }

    private Map<String, Double> rewards(Topics topics) {
        Map<String, Double> rewards = new TreeMap<>();
        log.read(topics.scored()).forEach(score -> rewards.put(id(score), score.getReward()));
        return rewards;
    }

    private Map<String, Group> groups(String run) {
        Map<String, Group> groups = new TreeMap<>();
        Topics topics = new Topics(run, 2);
        List.of(topics.groups(), topics.rejectedGroups())
                .forEach(topic -> TopicReader.readAll(
                        log.log(topics), topic, record -> groups.put(record.key(), record.value())));
        return groups;
    }
}
