package dev.longstream.runs.lineage;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.Topic;
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

    @Test
    void shouldTraceAStepToItsTokensAndEachAnswerBackToTheStep() throws Exception {
        // Given
        try (TracedRun run = run("there-and-back")) {
            run.prompts(0, 12);
            run.announce(0);
            run.steps(0, 6);
            try (Lineage lineage = run.trace()) {
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
                        .containsExactly(
                                new TracedTokens.VersionSpan(3, 0, 2), new TracedTokens.VersionSpan(4, 2, 1));
                assertThat(step.answers().get(1).score().parts().get(0).extracted())
                        .isEqualTo("Ghent 1");
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
            }
        }
    }

    @Test
    void shouldShowHowTheBatchScaledAdvantages() throws Exception {
        // Given
        try (TracedRun run = run("scaled")) {
            run.prompts(0, 2);
            run.announce(0);
            run.steps(0, 1);
            try (Lineage lineage = run.trace()) {
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
    }

    @Test
    void shouldFollowAPromptThroughAllItsAssignments() throws Exception {
        // Given
        try (TracedRun run = run("forwards")) {
            run.prompts(0, 9);
            run.announce(0);
            run.steps(0, 2);
            run.group(1, 4, 2, GroupVerdict.UNIFORM_REWARD);
            run.group(1, 5, 2, GroupVerdict.TRAINABLE);
            run.assignment("p1@6", 2);
            run.answer("p1@6", 0, 2);
            run.assignment("p10@7", 2);
            try (Lineage lineage = run.trace()) {
                // When
                PromptLineage prompt = lineage.prompt("p1");
                // Then
                assertThat(prompt.paths())
                        .extracting(TracedPath::groupId, TracedPath::state, TracedPath::batch, TracedPath::version)
                        .containsExactly(
                                tuple("p1@1", PathState.TRAINED, 0L, 1L),
                                tuple("p1@4", PathState.REJECTED, null, null),
                                tuple("p1@5", PathState.WAITING, null, null),
                                tuple("p1@6", PathState.OPEN, null, null));
                assertThat(prompt.paths().get(1).reason()).contains("all rewards are 0.5");
                assertThat(lineage.group("p1@6").answers())
                        .singleElement()
                        .satisfies(answer -> assertThat(answer.score()).isNull());
                assertThat(lineage.group("p1@4").group().place().topic()).endsWith("groups.rejected");
            }
        }
    }

    @Test
    void shouldFollowAVersionToTheTokensItSampled() throws Exception {
        // Given
        try (TracedRun run = run("version")) {
            run.prompts(0, 8);
            run.announce(0);
            run.steps(0, 4);
            run.send(run.log.topics().evaluations(), "end", Records.evaluation(2, 0.75).build());
            try (Lineage lineage = run.trace()) {
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
            }
        }
    }

    @Test
    void shouldFollowADocumentToItsPrompts() throws Exception {
        // Given
        try (TracedRun run = run("documents")) {
            run.prompts(0, 3);
            try (Lineage lineage = run.trace()) {
                // Then
                assertThat(lineage.document("document-1").prompts())
                        .extracting(DocumentLineage.PromptUse::id, DocumentLineage.PromptUse::position)
                        .containsExactly(tuple("p1", 1));
                assertThat(lineage.document("shared").prompts()).hasSize(3);
                assertThat(lineage.document("shared").document().bytes()).isEqualTo(15);
            }
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
                    Records.verdict(key).setJudge("big").setScore(1.0).setWords("Yes, the same town.").build());
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
        try (TracedRun parent = run("parent");
                TracedRun child = run("child")) {
            parent.prompts(0, 12);
            parent.announce(0);
            parent.steps(0, 3);
            child.prompts(0, 12);
            child.announce(2);
            child.send(
                    child.log.topics().control(),
                    "child",
                    Records.control(ControlCommand.START)
                            .setFork(ForkPoint.newBuilder()
                                    .setRun("parent")
                                    .setStep(2)
                                    .setWeightsDigest("digest-2")
                                    .setAssigned(List.of(4L))
                                    .setRejected(List.of(0L))
                                    .setEnds(List.of(3L))
                                    .build())
                            .build());
            child.steps(2, 4);
            parent.trace().close();
            try (Lineage lineage = child.trace()) {
                // Then
                assertThat(lineage.step(3).run()).isEqualTo("child");
                assertThat(lineage.step(3).before().run()).isEqualTo("child");
                StepLineage inherited = lineage.whole(lineage.step(2));
                assertThat(inherited.step().run()).isEqualTo("parent");
                assertThat(inherited.answers().get(0).place().topic()).isEqualTo("parent.trajectories");
                assertThat(lineage.answer("p3@3#1").path().run()).isEqualTo("parent");
                assertThat(lineage.answer("p4@4#1").path().run()).isEqualTo("child");
                assertThat(lineage.prompt("p1").paths())
                        .singleElement()
                        .satisfies(path -> assertThat(path.version()).isEqualTo(1));
                assertThat(lineage.version(2).madeBy().run()).isEqualTo("parent");
                assertThat(lineage.version(1).version().run()).isEqualTo("parent");
            }
        }
    }

    @Test
    void shouldNameTheReplayedRunAsTheSampler() throws Exception {
        // Given
        try (TracedRun origin = run("origin");
                TracedRun replay = new TracedRun(BROKER.newRun("again", 2), "origin")) {
            origin.announce(0);
            origin.announce(1);
            replay.prompts(0, 2);
            replay.announce(0);
            replay.steps(0, 1);
            origin.trace().close();
            try (Lineage lineage = replay.trace()) {
                // Then
                assertThat(lineage.whole(lineage.step(1)).sampledBy())
                        .extracting(TracedVersion::run, TracedVersion::digest)
                        .containsExactly(
                                tuple("origin", "digest-0"),
                                tuple("origin", "digest-1"));
                assertThat(lineage.version(0).answers()).isEmpty();
                assertThat(lineage.version(0).missing()).singleElement().asString().contains("a replay", "origin");
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
                assertThat(lineage.prompt("p2").missing()).singleElement().asString().contains("up to ordinal 3");
                assertThatThrownBy(() -> lineage.answer("p2@2#0"))
                        .isInstanceOf(WrongUseException.class)
                        .hasMessageContaining("pruned before version 2");
            }
        }
    }

    @Test
    void shouldRefuseWhatTheRunDoesNotHave() throws Exception {
        // Given
        try (TracedRun run = run("small")) {
            run.prompts(0, 2);
            run.announce(0);
            run.steps(0, 1);
            try (Lineage lineage = run.trace()) {
                // Then
                assertThatThrownBy(() -> lineage.step(2)).hasMessageContaining("no step 2; its newest is 1");
                assertThatThrownBy(() -> lineage.step(0)).hasMessageContaining("begins with version 0");
                assertThatThrownBy(() -> lineage.group("p0@9")).hasMessageContaining("has no group p0@9");
                assertThatThrownBy(() -> lineage.group("p0")).hasMessageContaining("no id of a group");
                assertThatThrownBy(() -> lineage.answer("p0@0#7")).hasMessageContaining("no answer p0@0#7");
                assertThatThrownBy(() -> lineage.prompt("none")).hasMessageContaining("no prompt 'none'");
                assertThatThrownBy(() -> lineage.version(5)).hasMessageContaining("no version 5");
                assertThatThrownBy(() -> lineage.document("none")).hasMessageContaining("no document 'none'");
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
        for (Topic<?> topic : List.of(run.log.topics().batches(), run.log.topics().assignments())) {
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
