package dev.longstream.streams.curriculum;

import dev.longstream.record.Assignment;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.streams.topology.WrittenRecords;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** A curriculum whose state was lost, and that reads its inputs again. */
class CurriculumCatchUpTest {
    @Test
    void shouldCountAssignmentsOnTheLogInsteadOfMakingThemAgainWhateverTheOrderOfItsInputs() {
        // Given
        List<Assignment> written = LongStream.range(0, 5)
                .mapToObj(ordinal ->
                        Records.assignment("a@" + ordinal).setPhaseIndex(0).build())
                .toList();
        try (CurriculumDriver curriculum = new CurriculumDriver(
                CurriculumDriver.CONFIG, new WrittenDecisions(listed(written), WrittenRecords.nothing()))) {
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
                new Phase(
                        "short",
                        0,
                        100,
                        9,
                        new AnswerSampling(1, 1, 0, 8),
                        PromptChoice.DEFAULT,
                        new PhaseEnd(0.5, null, null)),
                new Phase("long", 100, 200, 1, 1, 1, 0, 16));
        Control ending = Records.control(ControlCommand.ADVANCE)
                .setWho("curriculum")
                .setPhase("short")
                .build();
        List<Assignment> written = LongStream.range(0, 4)
                .mapToObj(ordinal ->
                        Records.assignment("a@" + ordinal).setPhaseIndex(0).build())
                .toList();
        try (CurriculumDriver curriculum =
                new CurriculumDriver(config, new WrittenDecisions(listed(written), listed(List.of(ending))))) {
            // When
            curriculum.startWithTwo(); // two of four assignments are counted
            curriculum.evaluated(1, 0.9);
            // Then
            assertThat(curriculum.stage().values(curriculum.stage().topics().control()))
                    .isEmpty();
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
        List<Assignment> written = LongStream.range(0, 2)
                .mapToObj(ordinal ->
                        Records.assignment("a@" + ordinal).setPhaseIndex(0).build())
                .toList();
        try (CurriculumDriver curriculum = new CurriculumDriver(
                MeasuredDifficultyTest.CONFIG, new WrittenDecisions(listed(written), listed(List.of(asked))))) {
            // When
            curriculum.startWithTwo();
            curriculum.reach(1);
            // Then
            assertThat(curriculum.stage().values(curriculum.stage().topics().control()))
                    .isEmpty();
        }
    }

    private static <V> WrittenRecords<V> listed(List<V> records) {
        return new WrittenRecords<>() {
            @Override
            public Optional<V> newest(int partition) {
                return Optional.of(records.get(records.size() - 1));
            }

            @Override
            public void each(int partition, Consumer<V> use) {
                records.forEach(use);
            }
        };
    }
}
