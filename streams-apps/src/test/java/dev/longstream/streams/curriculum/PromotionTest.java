package dev.longstream.streams.curriculum;

import dev.longstream.record.Assignment;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.PromotedReward;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

import static dev.longstream.streams.Samples.fork;
import static dev.longstream.streams.Samples.written;
import static org.assertj.core.api.Assertions.assertThat;

/** Checks from which phase on a promoted shadow scores groups. */
class PromotionTest {
    private static final PromotedReward STRICT = new PromotedReward("strict", "one");
    private static final PromotedReward OTHER = new PromotedReward("other", "two");

    @Test
    void shouldNameThePromotedRewardFromItsPhaseOn() {
        try (CurriculumDriver curriculum = new CurriculumDriver(CurriculumDriver.CONFIG)) {
            // Given
            curriculum.command(promote(OTHER, "long"));
            curriculum.startWithTwo();
            // When
            curriculum.command(promote(STRICT, "long"));
            curriculum.reach(1);
            List<Assignment> before = curriculum.assignments();
            curriculum.reach(2);
            // Then
            assertThat(before).hasSize(4).extracting(Assignment::getPromoted).containsOnlyNulls();
            assertThat(curriculum.assignments())
                    .hasSize(2)
                    .extracting(Assignment::getPromoted)
                    .containsOnly(STRICT);
        }
    }

    @Test
    void shouldRefuseAPromotionOfAPhaseThatHasBegunOrIsTheFirst() {
        try (CurriculumDriver curriculum = new CurriculumDriver(CurriculumDriver.CONFIG)) {
            // Given
            curriculum.startWithTwo();
            curriculum.reach(2);
            // When
            curriculum.command(promote(STRICT, "long"));
            curriculum.command(promote(STRICT, "short"));
            curriculum.command(promote(STRICT, "none"));
            // Then
            assertThat(curriculum.stage().deadLetters())
                    .extracting(DeadLetter::getReason)
                    .satisfiesExactly(
                            begun -> assertThat(begun).contains("phase long has begun"),
                            first -> assertThat(first).contains("phase is short"),
                            unknown -> assertThat(unknown).contains("phase is none"));
        }
    }

    @Test
    void shouldKeepTheRewardsOfTheRunThatAForkContinues() {
        try (CurriculumDriver curriculum = new CurriculumDriver(CurriculumDriver.CONFIG)) {
            // Given
            Control start = fork(2, List.of(4L, 0L), List.of(0L, 0L), List.of(2L, 3L));
            start.getFork().setPromoted(Arrays.asList(null, STRICT));
            // When
            curriculum.startWithTwo(start);
            // Then
            assertThat(curriculum.assignments())
                    .hasSize(2)
                    .extracting(Assignment::getPromoted)
                    .containsOnly(STRICT);
        }
    }

    @Test
    void shouldObeyItsWrittenAssignmentsWhenItsStateIsLost() {
        // Given
        List<Assignment> assigned;
        try (CurriculumDriver curriculum = new CurriculumDriver(CurriculumDriver.CONFIG)) {
            curriculum.startWithTwo();
            curriculum.command(promote(STRICT, "long"));
            curriculum.reach(1);
            curriculum.reach(2);
            assigned = curriculum.assignments();
        }
        WrittenDecisions decisions =
                new WrittenDecisions(written(assigned.subList(0, assigned.size() - 1)), written(List.of()));
        try (CurriculumDriver curriculum = new CurriculumDriver(CurriculumDriver.CONFIG, decisions)) {
            // When
            curriculum.startWithTwo();
            curriculum.command(promote(STRICT, "long"));
            curriculum.command(promote(OTHER, "long"));
            curriculum.reach(2);
            // Then
            assertThat(curriculum.assignments())
                    .extracting(Assignment::getPromoted)
                    .containsExactly(STRICT);
            assertThat(curriculum.stage().deadLetters())
                    .extracting(DeadLetter::getReason)
                    .singleElement()
                    .asString()
                    .contains("the shadow other is not promoted");
        }
    }

    private static Control promote(PromotedReward reward, String phase) {
        return Records.control(ControlCommand.PROMOTE)
                .setPromoted(reward)
                .setPhase(phase)
                .build();
    }
}
