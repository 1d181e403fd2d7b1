package dev.longstream.streams.curriculum;

import dev.longstream.config.ConfigurationException;
import dev.longstream.record.Assignment;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static dev.longstream.streams.Samples.group;
import static dev.longstream.streams.Samples.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BudgetTest {
    private static final Phase LONG = new Phase("long", 100, 200, 3, 1, 1, 0, 16);

    @Test
    void shouldEndTheRunWithExactlyTheGroupsOfItsBudgetRejectedOnesIncluded() {
        try (CurriculumDriver run = new CurriculumDriver(config(new Budget(4L, null), null))) {
            // Given
            run.startWithTwo();
            run.reject(1);
            List<Assignment> assigned = new ArrayList<>(run.assignments());
            // When
            run.reach(1);
            run.reach(2);
            run.reject(3);
            run.reach(3);
            assigned.addAll(run.assignments());

            // Then
            assertThat(assigned).extracting(Assignment::getOrdinal).containsExactly(0L, 1L, 2L, 3L);
            assertThat(run.commands()).singleElement().satisfies(command -> {
                assertThat(command.getCommand()).isEqualTo(ControlCommand.STOP);
                assertThat(command.getWho()).isEqualTo("curriculum");
                assertThat(command.getWhy()).isEqualTo("4 groups are assigned (max-assigned-groups)");
            });
        }
    }

    @Test
    void shouldCountTheTokensOfEveryTrainedAndRejectedGroupOnce() {
        // Given
        long ofAStep = step(1).getCompletionTokens();
        long ofARejection = group(1, GroupVerdict.UNIFORM_REWARD).getMembers().stream()
                .mapToLong(GroupMember::getCompletionTokens)
                .sum();
        try (CurriculumDriver run = new CurriculumDriver(config(new Budget(null, 2 * ofAStep + ofARejection), null))) {
            run.startWithTwo();
            // When
            run.reject(1);
            run.reject(1);
            run.reach(1);
            run.reach(1);
            assertThat(run.commands()).isEmpty();
            assertThat(run.assignments()).hasSize(5);
            run.reach(2);

            // Then
            assertThat(run.assignments()).isEmpty();
            assertThat(run.commands()).singleElement().satisfies(command -> {
                assertThat(command.getCommand()).isEqualTo(ControlCommand.STOP);
                assertThat(command.getWhy()).contains(2 * ofAStep + ofARejection + " tokens", "max-generated-tokens");
            });
        }
    }

    @Test
    void shouldGoOnToTheNextPhaseWhenThePhaseHasItsGroups() {
        try (CurriculumDriver run = new CurriculumDriver(config(Budget.NONE, 3L))) {
            // Given
            run.startWithTwo();
            // When
            run.reach(1);
            run.reach(2);

            // Then
            // The third group ends the phase, and a fourth fills its last batch.
            assertThat(run.assignments())
                    .extracting(Assignment::getPhase)
                    .containsExactly("short", "short", "short", "short", "long", "long");
            assertThat(run.commands()).singleElement().satisfies(command -> {
                assertThat(command.getCommand()).isEqualTo(ControlCommand.ADVANCE);
                assertThat(command.getPhase()).isEqualTo("short");
                assertThat(command.getWhy()).isEqualTo("3 groups of phase short are assigned (max-assigned-groups)");
            });
        }
    }

    @Test
    void shouldRefuseABudgetOfNothing() {
        assertThatThrownBy(() -> new Budget(0L, -1L))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("max-assigned-groups is 0", "max-generated-tokens is -1");
    }

    private static CurriculumConfig config(Budget run, @Nullable Long ofTheFirstPhase) {
        Phase first = CurriculumDriver.shortPhase(9, new PhaseEnd(null, ofTheFirstPhase, null));
        return new CurriculumConfig(List.of(first, LONG), 2, 3, 0, InputLength.TEMPLATED, "held-out", run, 1);
    }
}
