package dev.longstream.streams.curriculum;

import dev.longstream.record.Assignment;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.Prompt;
import dev.longstream.record.RetrospectiveDraw;
import dev.longstream.streams.curriculum.Retrospective.RetrospectiveChoice;
import dev.longstream.streams.topology.StageDriver;
import dev.longstream.testing.Records;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

import static dev.longstream.streams.Samples.control;
import static dev.longstream.streams.Samples.group;
import static dev.longstream.streams.Samples.heldOut;
import static dev.longstream.streams.Samples.prompt;
import static dev.longstream.streams.Samples.start;
import static dev.longstream.streams.Samples.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

class CurriculumTopologyTest {
    /** Two steps of short prompts, then one of long ones; batches of 2, η = 0. */
    private static final CurriculumConfig CONFIG = new CurriculumConfig(
            List.of(new Phase("short", 0, 100, 2, 0.7f, 0.9f, 5, 8), new Phase("long", 100, 200, 1, 1, 1, 0, 16)),
            2,
            3,
            0,
            InputLength.TEMPLATED,
            1);

    private final StageDriver stage = new StageDriver(log -> CurriculumTopology.build(log, CONFIG, "digest"));

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void shouldAssignNothingBeforeStartAndAllPrompts() {
        publish(prompt("a", 10), prompt("b", 20));
        assertThat(assignments()).isEmpty();

        command(start(3));
        assertThat(assignments()).isEmpty();

        publish(heldOut("h", 150));
        assertThat(assignments()).isEmpty();

        publish(prompt("c", 150));
        assertThat(assignments()).hasSize(2);
    }

    @Test
    void shouldSayInAnAssignmentAllThatAWorkerNeeds() {
        publish(prompt("a", 10), prompt("b", 150));
        stage.send(stage.topics().control(), "test", start(2), Instant.ofEpochMilli(42));

        Assignment first = assignments().get(0);

        assertThat(first.getGroupId()).isEqualTo("a@0");
        assertThat(first.getOrdinal()).isZero();
        assertThat(first.getQuestion().getPromptId()).isEqualTo("a");
        assertThat(first.getDocuments()).containsExactly("digest");
        assertThat(first.getPhase()).isEqualTo("short");
        assertThat(first.getSamples()).isEqualTo(3);
        assertThat(first.getSampling().getTemperature()).isEqualTo(0.7f);
        assertThat(first.getSampling().getTopP()).isEqualTo(0.9f);
        assertThat(first.getSampling().getTopK()).isEqualTo(5);
        assertThat(first.getSampling().getMaxTokens()).isEqualTo(8);
        assertThat(first.getAdmittedVersion()).isZero();
        assertThat(first.getAdmittedAt()).isEqualTo(Instant.ofEpochMilli(42));
        assertThat(first.getSeed()).isEqualTo(Seeds.of(1, "group", "a@0"));
    }

    @Test
    void shouldKeepPaceWithThePolicyThroughThePhases() {
        startWithTwo();
        assertThat(assignments()).extracting(Assignment::getOrdinal).containsExactly(0L, 1L);

        reach(1);
        assertThat(assignments())
                .extracting(Assignment::getPhase, Assignment::getAdmittedVersion)
                .containsExactly(tuple("short", 1L), tuple("short", 1L));

        reach(1);
        assertThat(assignments()).isEmpty();

        reach(2);
        assertThat(assignments()).extracting(Assignment::getPhase).containsExactly("long", "long");

        reach(3);
        assertThat(assignments()).isEmpty();
    }

    @Test
    void shouldReplaceAGroupThatWasRejectedOnce() {
        startWithTwo();
        assignments();

        reject(1);
        reject(1);

        assertThat(assignments()).extracting(Assignment::getOrdinal).containsExactly(2L);
        assertThat(stage.counted("duplicates")).isEqualTo(1);
    }

    @Test
    void shouldGoThroughAllPromptsOfAPhaseBeforeItTakesOneAgain() {
        publish(prompt("a", 10), prompt("b", 20), prompt("c", 30), prompt("d", 150));
        command(start(4));
        reach(1);

        List<String> ids = assignments().stream()
                .map(assignment -> assignment.getQuestion().getPromptId())
                .toList();
        assertThat(ids).hasSize(4);
        assertThat(ids.subList(0, 3)).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void shouldNotStartAgainWhenToldAgain() {
        startWithTwo();
        assignments();

        command(start(2));
        command(start(99));

        assertThat(assignments()).isEmpty();
        reach(1);
        assertThat(assignments()).extracting(Assignment::getOrdinal).containsExactly(2L, 3L);
    }

    @Test
    void shouldPauseAndResume() {
        startWithTwo();
        assignments();

        command(control(ControlCommand.PAUSE));
        reach(1);
        assertThat(assignments()).isEmpty();

        command(control(ControlCommand.RESUME));
        assertThat(assignments()).hasSize(2);
    }

    @Test
    void shouldAssignNothingMoreOnceStopped() {
        startWithTwo();
        assignments();

        command(control(ControlCommand.STOP));
        command(control(ControlCommand.RESUME));
        command(start(2));
        reach(2);

        assertThat(assignments()).isEmpty();
    }

    @Test
    void shouldAdvanceToTheNextPhaseAndRefuseToLeaveTheLast() {
        startWithTwo();
        assignments();

        command(control(ControlCommand.ADVANCE));
        reach(1);
        assertThat(assignments()).extracting(Assignment::getPhase).containsExactly("long", "long");

        command(control(ControlCommand.ADVANCE));
        reach(2);
        assertThat(assignments()).extracting(Assignment::getPhase).containsExactly("long", "long");
        assertThat(stage.deadLetters()).isEmpty();
    }

    @Test
    void shouldNeverAssignAPromptThatFitsNoPhaseNorOneBeyondThoseOfStart() {
        publish(prompt("a", 10), prompt("huge", 1000), prompt("b", 150), prompt("late", 11));
        command(start(3));
        reach(2);

        assertThat(assignments())
                .extracting(assignment -> assignment.getQuestion().getPromptId())
                .containsExactly("a", "a", "a", "a", "b", "b");
    }

    @Test
    void shouldReadAPromptThatIsPublishedTwiceOnce() {
        publish(prompt("a", 10), prompt("a", 10));
        command(start(2));
        assertThat(assignments()).isEmpty();
        assertThat(stage.counted("duplicates")).isEqualTo(1);

        publish(prompt("b", 150));
        assertThat(assignments()).hasSize(2);
    }

    @Test
    void shouldFailAndNameThePhaseWithoutPrompts() {
        publish(prompt("a", 10), prompt("b", 20));

        assertThatThrownBy(() -> command(start(2)))
                .rootCause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(
                        "Phase long", "longer than 100 and up to 200", "2 training prompts", "10 to 20");
    }

    @Test
    void shouldRefuseWhatItCannotUnderstandAndGoOn() {
        command(control(ControlCommand.UNKNOWN));
        command(control(ControlCommand.START));
        command(start(0));
        stage.sendBytes(stage.topics().prompts(), "x", new byte[] {1, 2, 3}, Instant.EPOCH);
        reject(0);
        startWithTwo();

        assertThat(stage.deadLetters())
                .extracting(DeadLetter::getReason)
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("command is UNKNOWN"),
                        reason -> assertThat(reason).contains("prompts is null"),
                        reason -> assertThat(reason).contains("prompts is 0"),
                        reason -> assertThat(reason).contains("cannot be decoded, expected Prompt"),
                        reason -> assertThat(reason).contains("ordinal is 0"));
        assertThat(assignments()).hasSize(2);
    }

    @Test
    void shouldGoBackToHardPromptsOfEarlierPhasesByWhatWasKnownWhenThePhaseBegan() {
        try (Run run = new Run(RETROSPECTIVE)) {
            run.publish(prompt("a", 10), prompt("b", 20), prompt("c", 30), prompt("z", 150));
            run.difficulty("a", 0);
            run.difficulty("b", 1);
            run.command(start(4));
            assertThat(run.assignments())
                    .extracting(Assignment::getRetrospective)
                    .containsOnlyNulls();

            run.reach(1); // the long phase begins
            List<Assignment> first = run.assignments();
            run.difficulty("a", 1);
            run.difficulty("c", 0);
            run.reach(2);
            List<Assignment> second = run.assignments();

            assertThat(first).extracting(Assignment::getPhase).containsOnly("long");
            assertThat(first.get(0).getRetrospective()).isNull();
            assertThat(first.get(1).getQuestion().getPromptId()).isEqualTo("a");
            assertThat(first.get(1).getRetrospective()).isEqualTo(new RetrospectiveDraw(0.0, 1.0, 1, 1L));
            assertThat(second.get(1).getQuestion().getPromptId()).isEqualTo("a");
            assertThat(second.get(1).getRetrospective()).isEqualTo(first.get(1).getRetrospective());
        }
    }

    @Test
    void shouldGoByAnOfflinePassWhereThePhaseNamesOne() {
        try (Run run = new Run(new Phase(
                "long",
                100,
                200,
                2,
                new AnswerSampling(1, 1, 0, 16),
                new PromptChoice(
                        PromptSelection.SHUFFLED,
                        PromptFilter.DEFAULT,
                        "base",
                        new Retrospective(0.5, RetrospectiveChoice.HARD_SET, 0.125)),
                null))) {
            run.publish(prompt("a", 10), prompt("b", 20), prompt("z", 150));
            run.difficulty("a", 0);
            run.difficulty("b", 0, "base");
            run.command(start(3));
            run.reach(1);

            assertThat(run.assignments().stream().filter(assignment -> assignment.getRetrospective() != null))
                    .extracting(assignment -> assignment.getQuestion().getPromptId())
                    .containsExactly("b");
        }
    }

    @Test
    void shouldEndAPhaseByItsHeldOutRewardAndSayWhyOnControl() {
        Phase until = new Phase(
                "short",
                0,
                100,
                9,
                new AnswerSampling(1, 1, 0, 8),
                new PromptChoice(PromptSelection.SHUFFLED, PromptFilter.DEFAULT, null, Retrospective.DEFAULT),
                0.6);
        try (Run run = new Run(new CurriculumConfig(
                List.of(until, new Phase("long", 100, 200, 1, 1, 1, 0, 16)), 2, 3, 0, InputLength.TEMPLATED, 1))) {
            run.publish(prompt("a", 10), prompt("z", 150));
            run.command(start(2));
            run.reach(1);
            run.evaluated(1, 0.59);
            run.assignments();
            run.reach(2);
            assertThat(run.assignments()).extracting(Assignment::getPhase).containsOnly("short");

            run.evaluated(2, 0.61);

            assertThat(run.stage.values(run.stage.topics().control())).satisfiesExactly(command -> {
                assertThat(command.getCommand()).isEqualTo(ControlCommand.ADVANCE);
                assertThat(command.getPhase()).isEqualTo("short");
                assertThat(command.getWho()).isEqualTo("curriculum");
                assertThat(command.getWhy()).contains("0.61 of version 2", "the target of phase short, 0.6");
            });
            run.reach(3);
            assertThat(run.assignments()).extracting(Assignment::getPhase).containsOnly("long");
        }
    }

    @Test
    void shouldRollBackToThePhaseBeforeWithTheStepsThatAreLeft() {
        startWithTwo();
        reach(2);
        assignments();
        command(control(ControlCommand.ROLLBACK));
        assertThat(assignments()).as("every step is admitted").isEmpty();

        try (Run run = new Run(new CurriculumConfig(
                List.of(new Phase("short", 0, 100, 1, 1, 1, 0, 8), new Phase("long", 100, 200, 3, 1, 1, 0, 8)),
                2,
                3,
                0,
                InputLength.TEMPLATED,
                1))) {
            run.publish(prompt("a", 10), prompt("z", 150));
            run.command(start(2));
            run.reach(1);
            run.assignments();

            run.command(control(ControlCommand.ROLLBACK));

            run.reach(2);
            assertThat(run.assignments()).extracting(Assignment::getPhase).containsOnly("short");
            run.reach(3);
            assertThat(run.assignments()).extracting(Assignment::getPhase).containsOnly("long");
            run.reach(4);
            assertThat(run.assignments()).isEmpty();
        }
    }

    private static final Phase RETROSPECTIVE = new Phase(
            "long",
            100,
            200,
            2,
            new AnswerSampling(1, 1, 0, 16),
            new PromptChoice(
                    PromptSelection.SHUFFLED,
                    PromptFilter.DEFAULT,
                    null,
                    new Retrospective(0.5, RetrospectiveChoice.HARD_SET, 0.125)),
            null);

    /** One step of short prompts, then another phase; batches of 2, η = 0. */
    private static final class Run implements AutoCloseable {
        private final StageDriver stage;

        Run(Phase second) {
            this(new CurriculumConfig(
                    List.of(new Phase("short", 0, 100, 1, 1, 1, 0, 8), second), 2, 3, 0, InputLength.TEMPLATED, 1));
        }

        Run(CurriculumConfig config) {
            stage = new StageDriver(log -> CurriculumTopology.build(log, config, "digest"));
        }

        void publish(Prompt... prompts) {
            for (Prompt prompt : prompts) {
                stage.send(stage.topics().prompts(), prompt.getQuestion().getPromptId(), prompt);
            }
        }

        void command(Control control) {
            stage.send(stage.topics().control(), "test", control);
        }

        void reach(long version) {
            stage.send(stage.topics().steps(), Long.toString(version), step(version));
        }

        void difficulty(String promptId, double mean) {
            difficulty(promptId, mean, null);
        }

        void difficulty(String promptId, double mean, @Nullable String scoredBy) {
            stage.send(
                    stage.topics().difficulty(),
                    promptId,
                    Records.difficulty(promptId, mean).setScoredBy(scoredBy).build());
        }

        void evaluated(long version, double reward) {
            stage.send(
                    stage.topics().evaluations(),
                    "label",
                    Records.evaluation(version, reward).build());
        }

        List<Assignment> assignments() {
            return stage.values(stage.topics().assignments());
        }

        @Override
        public void close() {
            stage.close();
        }
    }

    private void startWithTwo() {
        publish(prompt("a", 10), prompt("b", 150));
        command(start(2));
    }

    private void publish(Prompt... prompts) {
        for (Prompt prompt : prompts) {
            stage.send(stage.topics().prompts(), prompt.getQuestion().getPromptId(), prompt);
        }
    }

    private void command(Control control) {
        stage.send(stage.topics().control(), "test", control);
    }

    private void reach(long version) {
        stage.send(stage.topics().steps(), Long.toString(version), step(version));
    }

    private void reject(long ordinal) {
        Group group = group(ordinal, GroupVerdict.UNIFORM_REWARD);
        stage.send(stage.topics().rejectedGroups(), group.getGroupId(), group);
    }

    private List<Assignment> assignments() {
        return stage.values(stage.topics().assignments());
    }
}
