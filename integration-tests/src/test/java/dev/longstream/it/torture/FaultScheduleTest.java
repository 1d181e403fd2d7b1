package dev.longstream.it.torture;

import dev.longstream.it.torture.Fault.Kind;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;

class FaultScheduleTest {
    private static final Map<Kind, List<String>> TARGETS = Map.of(
            Kind.KILL, List.of("broker", "trainer", "scoring"),
            Kind.SUSPEND, List.of("broker", "trainer"),
            Kind.BAD_RECORD, List.of("steps", "weights", "batches", "control", "prompts"));

    @Test
    void shouldGiveTheSameFaultsWhenTheSeedIsTheSame() {
        // When
        List<Fault> faults = FaultSchedule.of(7, 20, TARGETS);
        // Then
        assertThat(faults).hasSize(20).isEqualTo(FaultSchedule.of(7, 20, TARGETS));
        assertThat(faults).isNotEqualTo(FaultSchedule.of(8, 20, TARGETS));
    }

    @Test
    void shouldReachEveryTargetOfEveryKindWhenSeedsFollowOneAnother() {
        // When
        List<String> hit = LongStream.rangeClosed(1, 3)
                .boxed()
                .flatMap(seed -> FaultSchedule.of(seed, 5, TARGETS).stream())
                .map(Fault::toString)
                .toList();
        // Then
        TARGETS.forEach((kind, names) -> assertThat(hit)
                .contains(names.stream().map(name -> kind + " " + name).toArray(String[]::new)));
    }

    @Test
    void shouldLeaveOutAKindWithoutTargets() {
        // When
        List<Fault> faults = FaultSchedule.of(1, 30, Map.of(Kind.TERM, List.of("judge"), Kind.CUT, List.of()));
        // Then
        assertThat(faults).extracting(Fault::toString).containsOnly("TERM judge");
    }
}
