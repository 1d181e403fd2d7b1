package dev.longstream.streams.curriculum;

import dev.longstream.config.ConfigurationException;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AdmissionTest {
    /** Three steps of short prompts, then two of long ones; batches of 2. */
    private static final CurriculumConfig CONFIG = new CurriculumConfig(
            List.of(
                    new Phase("short", 0, 100, 3, 1, 1, 0, 8), //
                    new Phase("long", 100, 200, 2, 1, 1, 0, 8)),
            2,
            2,
            1,
            InputLength.TEMPLATED,
            "held-out",
            1);

    private static final CurriculumProgress STARTED =
            CurriculumProgress.none(CONFIG).oneMorePrompt().started(1);

    @Test
    void shouldAdmitAsMuchAsTheBoundOnStalenessAllowsAndAsTheRunNeeds() {
        assertThat(Admission.bound(STARTED, CONFIG)).isEqualTo(4);
        assertThat(Admission.bound(STARTED.reached(1), CONFIG)).isEqualTo(6);
        assertThat(Admission.bound(STARTED.reached(9), CONFIG)).isEqualTo(10);
        assertThat(admitAll(STARTED).assigned()).containsExactly(4L, 0L);
        assertThat(admitAll(STARTED.reached(2)).assigned()).containsExactly(6L, 2L);
        assertThat(admitAll(STARTED.reached(9)).assigned()).containsExactly(6L, 4L);
    }

    @Test
    void shouldRefillThePhaseOfAGroupThatWasRejected() {
        CurriculumProgress full = admitAll(STARTED.reached(2));

        CurriculumProgress refilled = admitAll(full.oneMoreRejected(0));

        assertThat(refilled.assigned()).containsExactly(7L, 2L);
    }

    @Test
    void shouldNotAdmitBeforeAllPromptsAreThere() {
        CurriculumProgress waiting = CurriculumProgress.none(CONFIG).started(2).oneMorePrompt();

        assertThat(Admission.next(waiting, CONFIG)).isEmpty();
        assertThat(Admission.next(waiting.oneMorePrompt(), CONFIG)).hasValue(0);
    }

    @Test
    void shouldEndAPhaseWithWholeBatchesAndGiveItsStepsToTheNext() {
        CurriculumProgress three = STARTED.oneMoreAssigned(0).oneMoreAssigned(0).oneMoreAssigned(0);

        CurriculumProgress closed = Admission.close(0, three, CONFIG);

        assertThat(closed.ends()).containsExactly(2L, 5L);
        assertThat(admitAll(closed.reached(9)).assigned()).containsExactly(4L, 6L);
    }

    @Test
    void shouldNameEverythingThatIsWrongWithAConfiguration() {
        assertThatThrownBy(() -> new CurriculumConfig(List.of(), 0, 1, -1, InputLength.TEMPLATED, "held-out", 1))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(
                        "phases is empty", "batch-size is 0", "group-size is 1", "max-staleness is -1");
        assertThatThrownBy(() -> new Phase("x", 10, 10, 0, -1, 0, -1, 0))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(
                        "curriculum.phases[x].up-to is 10",
                        "steps is 0",
                        "temperature is -1.0",
                        "top-p is 0.0",
                        "top-k is -1",
                        "max-tokens is 0");
    }

    private static CurriculumProgress admitAll(CurriculumProgress from) {
        CurriculumProgress progress = from;
        while (Admission.next(progress, CONFIG).isPresent()) {
            progress = progress.oneMoreAssigned(Admission.next(progress, CONFIG).getAsInt());
        }
        return progress;
    }
}
