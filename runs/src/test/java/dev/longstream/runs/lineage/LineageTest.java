package dev.longstream.runs.lineage;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.ForkPoint;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.Pruned;
import dev.longstream.record.RewardComponent;
import dev.longstream.record.TopicStart;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.runs.lineage.TracedPath.PathState;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

class LineageTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    private static TracedRun whole;

    /** Six steps; then groups of prompt p1 that are rejected, wait, or lack answers. */
    @BeforeAll
    static void write() throws Exception {
        whole = run("whole");
        whole.prompts(0, 12);
        whole.announce(0);
        whole.steps(0, 6);
        whole.group(1, 12, 6, GroupVerdict.UNIFORM_REWARD);
        whole.group(1, 13, 6, GroupVerdict.TRAINABLE);
        whole.assignment("p1@14", 6);
        whole.answer("p1@14", 0, 6);
        whole.assignment("p10@15", 6);
        whole.send(
                whole.log.topics().evaluations(),
                "end",
                Records.evaluation(2, 0.75).build());
        whole.trace().close();
    }

    @AfterAll
    static void close() {
        whole.close();
    }

    @Test
    void shouldTraceAStepToItsTokensAndEachAnswerBackToTheStep() throws Exception {
        try (Lineage lineage = whole.trace()) {
            // When
            StepLineage step = lineage.whole(lineage.step(4));
            // Then
            assertThat(step.missing()).isEmpty();
            assertThat(step.step().before().digest()).isEqualTo("digest-3");
            assertThat(step.step().after().digest()).isEqualTo("digest-4");
            assertThat(step.step().batch().number()).isEqualTo(3);
            assertThat(step.step().batch().groupIds()).containsExactly("p6@6", "p7@7");
            assertThat(step.answers())
                    .extracting(TracedAnswer::id)
                    .containsExactly("p6@6#0", "p6@6#1", "p7@7#0", "p7@7#1");
            assertThat(step.answers().get(1).tokens().spans())
                    .containsExactly(new TracedTokens.VersionSpan(3, 0, 2), new TracedTokens.VersionSpan(4, 2, 1));
            assertThat(step.answers().get(1).score().parts().get(0).extracted()).isEqualTo("Ghent 1");
            assertThat(step.sampledBy()).extracting(TracedVersion::version).containsExactly(3L, 4L);
            assertThat(step.prompts()).extracting(TracedPrompt::id).containsExactly("p6", "p7");
            assertThat(step.prompts().get(1).documents())
                    .extracting(TracedDocument::beginning)
                    .containsExactly("All share this.", "Text 7");
            for (TracedAnswer answer : step.answers()) {
                AnswerLineage back = lineage.answer(answer.id());
                assertThat(back.answer()).isEqualTo(answer);
                assertThat(back.path().version()).isEqualTo(4);
                assertThat(back.sampled().ids()).containsExactly(1, 2, 3);
                assertThat(lineage.answer(answer.place().toString())).isEqualTo(back);
            }
            assertThat(LineageTree.of(step))
                    .startsWith("step 4 of run whole: version 3 → 4")
                    .anyMatch(line -> line.startsWith("│  ├─ group p6@6 (groups "))
                    .anyMatch(line -> line.contains("2 by version 3, 1 by version 4"));
        }
    }

    @Test
    void shouldShowHowTheBatchScaledAdvantages() throws Exception {
        try (Lineage lineage = whole.trace()) {
            // When
            TracedGroup group = lineage.step(1).batch().groups().get(0);
            // Then
            assertThat(group.scale().shift()).isEqualTo(0.25);
            assertThat(group.members())
                    .extracting(TracedGroup.TracedMember::advantage)
                    .containsExactly(-0.5, 0.5);
            assertThat(group.members())
                    .extracting(TracedGroup.TracedMember::trainedAdvantage)
                    .containsExactly(-1.5, 0.5);
        }
    }

    @Test
    void shouldFollowAPromptThroughAllItsAssignments() throws Exception {
        try (Lineage lineage = whole.trace()) {
            // When
            PromptLineage prompt = lineage.prompt("p1");
            // Then
            assertThat(prompt.paths())
                    .extracting(TracedPath::groupId, TracedPath::state, TracedPath::batch, TracedPath::version)
                    .containsExactly(
                            tuple("p1@1", PathState.TRAINED, 0L, 1L),
                            tuple("p1@12", PathState.REJECTED, null, null),
                            tuple("p1@13", PathState.WAITING, null, null),
                            tuple("p1@14", PathState.OPEN, null, null));
            assertThat(prompt.paths().get(1).reason()).contains("all rewards are 0.5");
            assertThat(lineage.group("p1@14").answers()).singleElement().satisfies(answer -> assertThat(answer.score())
                    .isNull());
            assertThat(lineage.group("p1@12").group().place().topic()).endsWith("groups.rejected");
            assertThat(LineageTree.of(prompt)).anyMatch(line -> line.contains("trained by step 1"));
        }
    }

    @Test
    void shouldFollowAVersionToTheTokensItSampled() throws Exception {
        try (Lineage lineage = whole.trace()) {
            // When
            VersionLineage version = lineage.version(2);
            // Then
            assertThat(version.madeBy().batch()).isEqualTo(1);
            assertThat(version.answers())
                    .extracting(VersionLineage.SampledPart::id, VersionLineage.SampledPart::tokens)
                    .containsExactlyInAnyOrder(
                            tuple("p2@2#1", 1),
                            tuple("p3@3#1", 1),
                            tuple("p4@4#0", 3),
                            tuple("p4@4#1", 2),
                            tuple("p5@5#0", 3),
                            tuple("p5@5#1", 2));
            assertThat(version.evaluations()).singleElement().satisfies(evaluation -> assertThat(evaluation.reward())
                    .isEqualTo(0.75));
            assertThat(lineage.version(0).madeBy()).isNull();
            assertThat(LineageTree.of(version)).anyMatch(line -> line.contains("sampled 12 tokens of 6 answers"));
        }
    }

    @Test
    void shouldFollowADocumentToItsPrompts() throws Exception {
        try (Lineage lineage = whole.trace()) {
            assertThat(lineage.document("document-1").prompts())
                    .extracting(DocumentLineage.PromptUse::id, DocumentLineage.PromptUse::position)
                    .containsExactly(tuple("p1", 1));
            assertThat(lineage.document("shared").prompts()).hasSize(12);
            assertThat(lineage.document("shared").document().bytes()).isEqualTo(15);
        }
    }

    @Test
    void shouldRefuseWhatTheRunDoesNotHave() throws Exception {
        try (Lineage lineage = whole.trace()) {
            assertThatThrownBy(() -> lineage.step(7)).hasMessageContaining("no step 7; its newest is 6");
            assertThatThrownBy(() -> lineage.step(0)).hasMessageContaining("begins with version 0");
            assertThatThrownBy(() -> lineage.group("p0@99")).hasMessageContaining("has no group p0@99");
            assertThatThrownBy(() -> lineage.group("p0")).hasMessageContaining("no id of a group");
            assertThatThrownBy(() -> lineage.answer("p0@0#7")).hasMessageContaining("no answer p0@0#7");
            assertThatThrownBy(() -> lineage.prompt("none")).hasMessageContaining("no prompt 'none'");
            assertThatThrownBy(() -> lineage.version(9)).hasMessageContaining("no version 9");
            assertThatThrownBy(() -> lineage.document("none")).hasMessageContaining("no document 'none'");
            assertThatThrownBy(() -> new Lineage(new EventLog(BROKER.address(), new Topics("nobody", 2))))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("no topic nobody.control");
        }
    }

    @Test
    void shouldFindTheJudgesWordsAboutAnEqualAnswer() throws Exception {
        // Given
        AskedJudge judge = new AskedJudge("big", "rubric", false);
        String key = judge.key(Records.question("p0").build(), "Gand");
        try (TracedRun run = run("judged")) {
            run.prompts(0, 1);
            run.announce(0);
            run.assignment("p0@0", 0);
            run.send(
                    run.log.topics().verdicts(),
                    key,
                    Records.verdict(key).setJudge("big").setFailure("busy").build());
            run.send(
                    run.log.topics().verdicts(),
                    key,
                    Records.verdict(key)
                            .setJudge("big")
                            .setScore(1.0)
                            .setWords("Yes, the same town.")
                            .build());
            run.send(
                    run.log.topics().scored(),
                    "p0@0",
                    Records.scored("p0@0", 0)
                            .setTrajectory(run.answer("p0@0", 0, 0))
                            .setComponents(List.of(part("rule", "Gand"), part("judge", "Gand")))
                            .build());
            try (Lineage lineage = run.trace()) {
                // When
                TracedScore score = lineage.answer("p0@0#0").answer().score();
                // Then
                assertThat(score.verdict().words()).isEqualTo("Yes, the same town.");
                assertThat(score.verdict().place().topic()).isEqualTo("judged.verdicts");
            }
        }
    }

    @Test
    void shouldTraceAForkIntoTheRunThatItBeganIn() throws Exception {
        // Given
        try (TracedRun child = run("child")) {
            child.prompts(0, 12);
            child.announce(2);
            child.send(
                    child.log.topics().control(),
                    "child",
                    Records.control(ControlCommand.START)
                            .setFork(ForkPoint.newBuilder()
                                    .setRun("whole")
                                    .setStep(2)
                                    .setWeightsDigest("digest-2")
                                    .setAssigned(List.of(4L))
                                    .setRejected(List.of(0L))
                                    .setEnds(List.of(3L))
                                    .build())
                            .build());
            child.steps(2, 4);
            try (Lineage lineage = child.trace()) {
                // Then
                assertThat(lineage.step(3).run()).isEqualTo("child");
                assertThat(lineage.step(3).before().run()).isEqualTo("child");
                StepLineage inherited = lineage.whole(lineage.step(2));
                assertThat(inherited.step().run()).isEqualTo("whole");
                assertThat(inherited.answers().get(0).place().topic()).isEqualTo("whole.trajectories");
                assertThat(lineage.answer("p3@3#1").path().run()).isEqualTo("whole");
                assertThat(lineage.answer("p4@4#1").path().run()).isEqualTo("child");
                assertThat(lineage.prompt("p1").paths()).singleElement().satisfies(path -> assertThat(path.version())
                        .isEqualTo(1));
                assertThat(lineage.version(2).madeBy().run()).isEqualTo("whole");
                assertThat(lineage.version(1).version().run()).isEqualTo("whole");
            }
        }
    }

    @Test
    void shouldNameTheReplayedRunAsTheSampler() throws Exception {
        // Given
        try (TracedRun replay = new TracedRun(BROKER.newRun("again", 2), "whole")) {
            replay.prompts(0, 2);
            replay.announce(0);
            replay.steps(0, 1);
            try (Lineage lineage = replay.trace()) {
                // Then
                assertThat(lineage.whole(lineage.step(1)).sampledBy())
                        .extracting(TracedVersion::run, TracedVersion::digest)
                        .containsExactly(tuple("whole", "digest-0"), tuple("whole", "digest-1"));
                assertThat(lineage.version(0).answers()).isEmpty();
                assertThat(lineage.version(0).missing())
                        .singleElement()
                        .asString()
                        .contains("a replay", "whole");
            }
        }
    }

    @Test
    void shouldSayWhatPruningRemoved() throws Exception {
        // Given
        try (TracedRun run = run("pruned")) {
            run.prompts(0, 8);
            run.announce(0);
            run.steps(0, 4);
            prune(run, 2, 3);
            try (Lineage lineage = run.trace()) {
                // Then
                TracedStep removed = lineage.step(2);
                assertThat(removed.batch()).isNull();
                assertThat(removed.after().digest()).isEqualTo("digest-2");
                assertThat(removed.missing())
                        .containsExactly("batch 1: the log of run pruned was pruned before version 2");
                assertThat(lineage.step(3).missing()).isEmpty();
                assertThat(lineage.group("p2@2").path().state()).isEqualTo(PathState.REMOVED);
                assertThat(lineage.group("p4@4").path().version()).isEqualTo(3);
                assertThat(lineage.prompt("p2").paths()).isEmpty();
                assertThat(lineage.prompt("p2").missing())
                        .singleElement()
                        .asString()
                        .contains("up to ordinal 3");
                assertThatThrownBy(() -> lineage.answer("p2@2#0"))
                        .isInstanceOf(WrongUseException.class)
                        .hasMessageContaining("pruned before version 2");
            }
        }
    }

    private static TracedRun run(String name) {
        return new TracedRun(BROKER.newRun(name, 2), name);
    }

    private static RewardComponent part(String name, String extracted) {
        return RewardComponent.newBuilder()
                .setName(name)
                .setValue(1.0)
                .setExtracted(extracted)
                .setReason("compared")
                .build();
    }

    /** Removes everything up to an ordinal from topics of the run, with the note on {@code control}. */
    private static void prune(TracedRun run, long version, long ordinal) throws Exception {
        List<TopicStart> starts = new ArrayList<>();
        Map<TopicPartition, RecordsToDelete> removed = new HashMap<>();
        for (Topic<?> topic :
                List.of(run.log.topics().batches(), run.log.topics().assignments())) {
            long first = topic.equals(run.log.topics().batches()) ? version : ordinal + 1;
            starts.add(new TopicStart(run.log.topics().shortName(topic), 0, first));
            removed.put(new TopicPartition(topic.name(), 0), RecordsToDelete.beforeOffset(first));
        }
        run.send(
                run.log.topics().control(),
                run.log.topics().run(),
                Records.control(ControlCommand.PRUNED)
                        .setPruned(Pruned.newBuilder()
                                .setOrdinal(ordinal)
                                .setVersion(version)
                                .setStarts(starts)
                                .setCounted(List.of())
                                .setFates(List.of())
                                .setDraws(List.of())
                                .build())
                        .build());
        run.trace().close();
        try (Admin admin = run.log.admin()) {
            admin.deleteRecords(removed).all().get();
        }
    }
}
