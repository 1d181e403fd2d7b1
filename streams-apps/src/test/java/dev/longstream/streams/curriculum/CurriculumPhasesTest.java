package dev.longstream.streams.curriculum;

import dev.longstream.record.Assignment;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.RetrospectiveDraw;
import dev.longstream.streams.curriculum.Retrospective.RetrospectiveChoice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;

import static dev.longstream.streams.Samples.control;
import static dev.longstream.streams.Samples.fork;
import static dev.longstream.streams.Samples.prompt;
import static dev.longstream.streams.Samples.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

/** Checks which phase prompts are assigned in, and when a phase ends. */
class CurriculumPhasesTest {
    private static final Phase ONE_SHORT_STEP = new Phase("short", 0, 100, 1, 1, 1, 0, 8);

    private static final Phase RETROSPECTIVE = CurriculumDriver.retrospective(null, RetrospectiveChoice.HARD_SET);

    private final CurriculumDriver curriculum = new CurriculumDriver(CurriculumDriver.CONFIG);

    @AfterEach
    void close() {
        curriculum.close();
    }

    @Test
    void shouldKeepPaceWithThePolicyThroughThePhases() {
        curriculum.startWithTwo();
        assertThat(curriculum.assignments()).extracting(Assignment::getOrdinal).containsExactly(0L, 1L);

        curriculum.reach(1);
        assertThat(curriculum.assignments())
                .extracting(Assignment::getPhase, Assignment::getAdmittedVersion)
                .containsExactly(tuple("short", 1L), tuple("short", 1L));

        curriculum.reach(1);
        assertThat(curriculum.assignments()).isEmpty();

        curriculum.reach(2);
        assertThat(curriculum.assignments()).extracting(Assignment::getPhase).containsExactly("long", "long");

        curriculum.reach(3);
        assertThat(curriculum.assignments()).isEmpty();
    }

    @Test
    void shouldGoOnAsTheOtherRunDidWhenItBeginsAtAStepOfIt() {
        // Given
        curriculum.startWithTwo();
        curriculum.reject(1);
        curriculum.reach(1);
        curriculum.reach(2);
        List<Assignment> other = curriculum.assignments();
        assertThat(other).extracting(Assignment::getOrdinal).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
        try (CurriculumDriver fork = new CurriculumDriver(CurriculumDriver.CONFIG)) {
            // When
            fork.publish(prompt("a", 10), prompt("b", 150));
            fork.command(fork(1, List.of(3L, 0L), List.of(1L, 0L), List.of(2L, 3L)));
            fork.reach(2);
            // Then
            assertThat(fork.assignments()).isEqualTo(other.subList(3, 7));
        }
    }

    @Test
    void shouldRefuseAForkOfOtherPhases() {
        curriculum.publish(prompt("a", 10), prompt("b", 150));
        curriculum.command(fork(1, List.of(2L), List.of(0L), List.of(2L)));

        assertThat(curriculum.assignments()).isEmpty();
        assertThat(curriculum.stage().deadLetters()).singleElement().satisfies(letter -> assertThat(letter.getReason())
                .contains("fork has 1 numbers of assignments", "expected one of each for each of 2 phases"));
    }

    @Test
    void shouldAdvanceToTheNextPhaseAndRefuseToLeaveTheLast() {
        curriculum.startWithTwo();
        curriculum.assignments();

        curriculum.command(control(ControlCommand.ADVANCE));
        curriculum.reach(1);
        assertThat(curriculum.assignments()).extracting(Assignment::getPhase).containsExactly("long", "long");

        curriculum.command(control(ControlCommand.ADVANCE));
        curriculum.reach(2);
        assertThat(curriculum.assignments()).extracting(Assignment::getPhase).containsExactly("long", "long");
        assertThat(curriculum.stage().deadLetters()).isEmpty();
    }

    @Test
    void shouldFailAndNameThePhaseWithoutPrompts() {
        curriculum.publish(prompt("a", 10), prompt("b", 20));

        assertThatThrownBy(() -> curriculum.command(start(2)))
                .rootCause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(
                        "Phase long", "longer than 100 and up to 200", "2 training prompts", "10 to 20");
    }

    @Test
    void shouldGoBackToHardPromptsOfEarlierPhasesByWhatWasKnownWhenThePhaseBegan() {
        try (CurriculumDriver run = new CurriculumDriver(CurriculumDriver.config(ONE_SHORT_STEP, RETROSPECTIVE))) {
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
        try (CurriculumDriver run = new CurriculumDriver(CurriculumDriver.config(
                ONE_SHORT_STEP, CurriculumDriver.retrospective("base", RetrospectiveChoice.HARD_SET)))) {
            run.publish(prompt("a", 10), prompt("b", 20), prompt("z", 150));
            run.difficulty("a", 0);
            run.difficulty("b", 0, "base");
            run.difficulty("", 0, "base");
            run.command(start(3));
            run.reach(1);

            assertThat(run.assignments().stream().filter(assignment -> assignment.getRetrospective() != null))
                    .extracting(assignment -> assignment.getQuestion().getPromptId())
                    .containsExactly("b");
        }
    }

    @Test
    void shouldWaitForTheDifficultyPassThatAPhaseNames() {
        Phase second = CurriculumDriver.retrospective("end-of-short", RetrospectiveChoice.INVERSE_REWARD);
        try (CurriculumDriver run = new CurriculumDriver(CurriculumDriver.config(ONE_SHORT_STEP, second))) {
            run.publish(prompt("a", 10), prompt("b", 20), prompt("z", 150));
            run.command(start(3));
            run.assignments();
            run.difficulty("a", 0.25, "end-of-short");
            run.reach(1);
            assertThat(run.assignments()).as("one of three prompts is measured").isEmpty();

            run.difficulty("", 0, "end-of-short");

            assertThat(run.assignments())
                    .extracting(assignment -> assignment.getQuestion().getPromptId())
                    .containsExactlyInAnyOrder("a", "z");
        }
    }

    @Test
    void shouldEndNoPhaseByQuestionsThatTheRunIsNotSteeredBy() {
        Phase until = CurriculumDriver.shortPhase(9, new PhaseEnd(0.6, null, null));
        CurriculumConfig steered = new CurriculumConfig(
                List.of(until, new Phase("long", 100, 200, 1, 1, 1, 0, 16)),
                2,
                3,
                0,
                InputLength.TEMPLATED,
                "validation",
                1);
        try (CurriculumDriver run = new CurriculumDriver(steered)) {
            run.publish(prompt("a", 10), prompt("z", 150));
            run.command(start(2));
            run.reach(1);

            run.evaluated(1, 0.9);
            assertThat(run.commands()).isEmpty();

            run.validated(1, 0.7);
            assertThat(run.commands()).singleElement().satisfies(command -> assertThat(command.getWhy())
                    .contains("validation reward 0.7"));
        }
    }

    @Test
    void shouldEndAPhaseByItsHeldOutRewardAndSayWhyOnControl() {
        Phase until = CurriculumDriver.shortPhase(9, new PhaseEnd(0.6, null, null));
        try (CurriculumDriver run =
                new CurriculumDriver(CurriculumDriver.config(until, new Phase("long", 100, 200, 1, 1, 1, 0, 16)))) {
            run.publish(prompt("a", 10), prompt("z", 150));
            run.command(start(2));
            run.reach(1);
            run.evaluated(1, 0.59);
            run.assignments();
            run.reach(2);
            assertThat(run.assignments()).extracting(Assignment::getPhase).containsOnly("short");

            run.evaluated(2, 0.61);

            assertThat(run.commands()).satisfiesExactly(command -> {
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
        curriculum.startWithTwo();
        curriculum.reach(2);
        curriculum.assignments();
        curriculum.command(control(ControlCommand.ROLLBACK));
        assertThat(curriculum.assignments()).as("every step is admitted").isEmpty();

        try (CurriculumDriver run = new CurriculumDriver(
                CurriculumDriver.config(ONE_SHORT_STEP, new Phase("long", 100, 200, 3, 1, 1, 0, 8)))) {
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
}
