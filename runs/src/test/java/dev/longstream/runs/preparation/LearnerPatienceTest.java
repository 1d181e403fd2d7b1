package dev.longstream.runs.preparation;

import dev.longstream.failure.UnreachableException;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LearnerPatienceTest {
    private final List<String> said = new ArrayList<>();
    private final LearnerPatience patience = new LearnerPatience(said::add, Duration.ofMillis(1));

    @Test
    void shouldRepeatTheWorkUntilTheLearnerAnswersAndSayWhyOnce() {
        // Given
        AtomicInteger attempts = new AtomicInteger();
        // When
        Optional<String> made = patience.run(() -> {
            if (attempts.incrementAndGet() < 4) {
                throw new IllegalStateException("not written", new UnreachableException("no learner answers"));
            }
            return Optional.of("made");
        });
        // Then
        assertThat(made).contains("made");
        assertThat(said).containsExactly("Waiting: no learner answers");
    }

    @Test
    void shouldEndWithEveryOtherFailureAndWhenItIsStopped() {
        assertThatThrownBy(() -> patience.run(() -> {
                    throw new IllegalStateException("damaged");
                }))
                .hasMessage("damaged");
        patience.stop();
        assertThat(patience.run(() -> {
                    throw new UnreachableException("no learner answers");
                }))
                .isEmpty();
    }
}
