package dev.longstream.streams.curriculum;

import dev.longstream.record.Assignment;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.DeadLetter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import static dev.longstream.streams.Samples.control;
import static dev.longstream.streams.Samples.heldOut;
import static dev.longstream.streams.Samples.prompt;
import static dev.longstream.streams.Samples.start;
import static org.assertj.core.api.Assertions.assertThat;

class CurriculumTopologyTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final CurriculumDriver curriculum = new CurriculumDriver(CurriculumDriver.CONFIG);

    @AfterEach
    void close() {
        curriculum.close();
    }

    @Test
    void shouldAssignNothingBeforeStartAndAllPrompts() {
        curriculum.publish(prompt("a", 10), prompt("b", 20));
        assertThat(curriculum.assignments()).isEmpty();

        curriculum.command(start(3));
        assertThat(curriculum.assignments()).isEmpty();

        curriculum.publish(heldOut("h", 150));
        assertThat(curriculum.assignments()).isEmpty();

        curriculum.publish(prompt("c", 150));
        assertThat(curriculum.assignments()).hasSize(2);
    }

    @Test
    void shouldSayInAnAssignmentAllThatAWorkerNeeds() {
        curriculum.publish(prompt("a", 10), prompt("b", 150));
        curriculum.stage().send(curriculum.stage().topics().control(), "test", start(2), Instant.ofEpochMilli(42));

        Assignment first = curriculum.assignments().get(0);

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
    void shouldReplaceAGroupThatWasRejectedOnce() {
        curriculum.startWithTwo();
        curriculum.assignments();

        curriculum.reject(1);
        curriculum.reject(1);

        assertThat(curriculum.assignments()).extracting(Assignment::getOrdinal).containsExactly(2L);
        assertThat(curriculum.stage().counted("duplicates")).isEqualTo(1);
    }

    @Test
    void shouldGoThroughAllPromptsOfAPhaseBeforeItTakesOneAgain() {
        curriculum.publish(prompt("a", 10), prompt("b", 20), prompt("c", 30), prompt("d", 150));
        curriculum.command(start(4));
        curriculum.reach(1);

        List<String> ids = curriculum.assignments().stream()
                .map(assignment -> assignment.getQuestion().getPromptId())
                .toList();
        assertThat(ids).hasSize(4);
        assertThat(ids.subList(0, 3)).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void shouldNotStartAgainWhenToldAgain() {
        curriculum.startWithTwo();
        curriculum.assignments();

        curriculum.command(start(2));
        curriculum.command(start(99));

        assertThat(curriculum.assignments()).isEmpty();
        curriculum.reach(1);
        assertThat(curriculum.assignments()).extracting(Assignment::getOrdinal).containsExactly(2L, 3L);
    }

    @Test
    void shouldPauseAndResume() {
        curriculum.startWithTwo();
        curriculum.assignments();

        curriculum.command(control(ControlCommand.PAUSE));
        curriculum.reach(1);
        assertThat(curriculum.assignments()).isEmpty();

        curriculum.command(control(ControlCommand.RESUME));
        assertThat(curriculum.assignments()).hasSize(2);
    }

    @Test
    void shouldAssignNothingMoreOnceStopped() {
        curriculum.startWithTwo();
        curriculum.assignments();

        curriculum.command(control(ControlCommand.STOP));
        curriculum.command(control(ControlCommand.RESUME));
        curriculum.command(start(2));
        curriculum.reach(2);

        assertThat(curriculum.assignments()).isEmpty();
    }

    @Test
    void shouldWriteOnceThatAStoppedRunHasEndedWhenNoFurtherBatchCanBeFilled() {
        // Given
        curriculum.startWithTwo();
        curriculum.command(control(ControlCommand.STOP));
        curriculum.stage().passTime(MINUTE);
        assertThat(curriculum.commands()).isEmpty(); // two groups are one batch
        // When
        curriculum.reject(1);
        curriculum.stage().passTime(MINUTE);
        curriculum.stage().passTime(MINUTE);
        // Then
        assertThat(curriculum.commands()).singleElement().satisfies(note -> {
            assertThat(note.getCommand()).isEqualTo(ControlCommand.ENDED);
            assertThat(note.getVersion()).isZero();
        });
    }

    @Test
    void shouldWriteTheVersionOfTheLastBatchWhenAStoppedRunHasEnded() {
        // Given
        curriculum.startWithTwo();
        curriculum.command(control(ControlCommand.STOP));
        // When
        curriculum.reach(1);
        curriculum.stage().passTime(MINUTE);
        // Then
        assertThat(curriculum.commands()).extracting(Control::getVersion).containsExactly(1L);
    }

    @Test
    void shouldNeverAssignAPromptThatFitsNoPhaseNorOneBeyondThoseOfStart() {
        curriculum.publish(prompt("a", 10), prompt("huge", 1000), prompt("b", 150), prompt("late", 11));
        curriculum.command(start(3));
        curriculum.reach(2);

        assertThat(curriculum.assignments())
                .extracting(assignment -> assignment.getQuestion().getPromptId())
                .containsExactly("a", "a", "a", "a", "b", "b");
    }

    @Test
    void shouldReadAPromptThatIsPublishedTwiceOnce() {
        curriculum.publish(prompt("a", 10), prompt("a", 10));
        curriculum.command(start(2));
        assertThat(curriculum.assignments()).isEmpty();
        assertThat(curriculum.stage().counted("duplicates")).isEqualTo(1);

        curriculum.publish(prompt("b", 150));
        assertThat(curriculum.assignments()).hasSize(2);
    }

    @Test
    void shouldRefuseWhatItCannotUnderstandAndGoOn() {
        curriculum.command(control(ControlCommand.UNKNOWN));
        curriculum.command(control(ControlCommand.START));
        curriculum.command(start(0));
        curriculum.stage().sendBytes(curriculum.stage().topics().prompts(), "x", new byte[] {1, 2, 3}, Instant.EPOCH);
        curriculum.reject(0);
        curriculum.startWithTwo();

        assertThat(curriculum.stage().deadLetters())
                .extracting(DeadLetter::getReason)
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("command is UNKNOWN"),
                        reason -> assertThat(reason).contains("prompts is null"),
                        reason -> assertThat(reason).contains("prompts is 0"),
                        reason -> assertThat(reason).contains("cannot be decoded, expected Prompt"),
                        reason -> assertThat(reason).contains("ordinal is 0"));
        assertThat(curriculum.assignments()).hasSize(2);
    }
}
