package dev.longstream.streams.curriculum;

import dev.longstream.record.Assignment;
import dev.longstream.record.ControlCommand;
import dev.longstream.streams.curriculum.Retrospective.RetrospectiveChoice;
import org.junit.jupiter.api.Test;

import static dev.longstream.streams.Samples.prompt;
import static dev.longstream.streams.Samples.start;
import static org.assertj.core.api.Assertions.assertThat;

/** A phase at whose end the run measures the difficulties by which the next one chooses. */
class MeasuredDifficultyTest {
    static final CurriculumConfig CONFIG = CurriculumDriver.config(
            CurriculumDriver.shortPhase(1, new PhaseEnd(null, null, 4)),
            CurriculumDriver.retrospective("end-of-short", RetrospectiveChoice.HARD_SET));

    @Test
    void shouldAskOnceWhenThePhaseHasMadeItsLastStepAndBeginTheNextWhenThePassIsComplete() {
        try (CurriculumDriver run = new CurriculumDriver(CONFIG)) {
            // Given
            run.publish(prompt("a", 10), prompt("b", 20), prompt("z", 150));
            run.command(start(3));
            assertThat(run.assignments()).hasSize(2);
            assertThat(run.commands()).isEmpty();
            // When
            run.reach(1);
            run.difficulty("a", 0, "end-of-short");
            run.reach(1);

            // Then
            assertThat(run.commands()).singleElement().satisfies(command -> {
                assertThat(command.getCommand()).isEqualTo(ControlCommand.MEASURE);
                assertThat(command.getPhase()).isEqualTo("short");
                assertThat(command.getVersion()).isEqualTo(1);
            });
            assertThat(run.assignments()).as("b is not measured yet").isEmpty();
            run.difficulty("b", 0.5, "end-of-short");
            run.difficulty("", 0, "end-of-short");
            assertThat(run.assignments())
                    .extracting(assignment -> assignment.getQuestion().getPromptId())
                    .containsExactlyInAnyOrder("a", "z");
        }
    }

    @Test
    void shouldNotStumbleOverItsOwnRequest() {
        try (CurriculumDriver run = new CurriculumDriver(CONFIG)) {
            run.publish(prompt("a", 10), prompt("z", 150));
            run.command(start(2));
            run.reach(1);
            run.commands().forEach(run::command);
            run.difficulty("a", 0, "end-of-short");
            run.difficulty("", 0, "end-of-short");

            assertThat(run.assignments()).extracting(Assignment::getPhase).contains("long");
            assertThat(run.stage().values(run.stage().topics().deadLetters())).isEmpty();
        }
    }

    @Test
    void shouldAskNobodyWhenThePassIsCompleteAlready() {
        try (CurriculumDriver run = new CurriculumDriver(CONFIG)) {
            run.publish(prompt("a", 10), prompt("z", 150));
            run.difficulty("a", 0, "end-of-short");
            run.difficulty("", 0, "end-of-short");
            run.command(start(2));
            run.reach(1);

            assertThat(run.commands()).isEmpty();
            assertThat(run.assignments()).extracting(Assignment::getPhase).contains("long");
        }
    }
}
