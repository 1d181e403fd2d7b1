package dev.longstream.streams.curriculum;

import dev.longstream.record.Assignment;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.streams.topology.WrittenRecords;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import static dev.longstream.streams.Samples.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** A curriculum whose state was lost, and that reads its inputs again. */
class CurriculumCatchUpTest {
    @Test
    void shouldCountAssignmentsOnTheLogInsteadOfMakingThemAgainWhateverTheOrderOfItsInputs() {
        // Given
        try (CurriculumDriver curriculum =
                new CurriculumDriver(CurriculumDriver.CONFIG, new WrittenDecisions(assigned(5), written(List.of())))) {
            // When
            curriculum.reject(1);
            curriculum.reach(1);
            curriculum.startWithTwo();
            // Then
            assertThat(curriculum.assignments()).isEmpty();
            assertThat(curriculum.stage().deadLetters()).isEmpty();
            curriculum.reach(2);
            assertThat(curriculum.assignments())
                    .extracting(Assignment::getGroupId, Assignment::getPhase)
                    .containsExactly(tuple("b@5", "long"), tuple("b@6", "long"));
        }
    }

    @Test
    void shouldNotRepeatACommandThatItHasWritten() {
        // Given
        CurriculumConfig config = CurriculumDriver.config(
                CurriculumDriver.shortPhase(9, new PhaseEnd(0.5, null, null)),
                new Phase("long", 100, 200, 1, 1, 1, 0, 16));
        Control ending = Records.control(ControlCommand.ADVANCE)
                .setWho("curriculum")
                .setPhase("short")
                .build();
        try (CurriculumDriver curriculum =
                new CurriculumDriver(config, new WrittenDecisions(assigned(4), written(List.of(ending))))) {
            // When
            curriculum.startWithTwo(); // two of four assignments are counted
            curriculum.evaluated(1, 0.9);
            // Then
            assertThat(curriculum.commands()).isEmpty();
        }
    }

    @Test
    void shouldNotAskForDifficultiesAgain() {
        // Given
        Control asked = Records.control(ControlCommand.MEASURE)
                .setWho("curriculum")
                .setPhase("short")
                .setVersion(1L)
                .build();
        try (CurriculumDriver curriculum = new CurriculumDriver(
                MeasuredDifficultyTest.CONFIG, new WrittenDecisions(assigned(2), written(List.of(asked))))) {
            // When
            curriculum.startWithTwo();
            curriculum.reach(1);
            // Then
            assertThat(curriculum.commands()).isEmpty();
        }
    }

    @Test
    void shouldNotTakeAStoppedRunForEndedBeforeItHasReadWhatBecameOfTheGroupsOnTheLog() {
        // Given
        try (CurriculumDriver curriculum =
                new CurriculumDriver(CurriculumDriver.CONFIG, new WrittenDecisions(assigned(4), written(List.of())))) {
            // When
            curriculum.command(Records.control(ControlCommand.STOP).build());
            curriculum.reach(1);
            curriculum.stage().passTime(Duration.ofMinutes(1));
            // Then
            assertThat(curriculum.commands()).isEmpty();
            curriculum.reach(2);
            curriculum.stage().passTime(Duration.ofMinutes(1));
            assertThat(curriculum.commands()).extracting(Control::getVersion).containsExactly(2L);
        }
    }

    @Test
    void shouldNotWriteAgainThatTheRunHasEnded() {
        // Given
        Control ended = Records.control(ControlCommand.ENDED).setVersion(1L).build();
        try (CurriculumDriver curriculum = new CurriculumDriver(
                CurriculumDriver.CONFIG, new WrittenDecisions(assigned(2), written(List.of(ended))))) {
            // When
            curriculum.command(Records.control(ControlCommand.STOP).build());
            curriculum.reach(1);
            curriculum.stage().passTime(Duration.ofMinutes(1));
            // Then
            assertThat(curriculum.commands()).isEmpty();
        }
    }

    /** Returns the first assignments of a run, all of its first phase. */
    private static WrittenRecords<Assignment> assigned(long count) {
        return written(LongStream.range(0, count)
                .mapToObj(ordinal ->
                        Records.assignment("a@" + ordinal).setPhaseIndex(0).build())
                .toList());
    }
}
