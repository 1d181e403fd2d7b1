package dev.longstream.evaluation.comparison;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class InFlightTest {
    @Test
    void shouldStartNoFurtherRequestWhenOneFailed() {
        // Given
        ConcurrentLinkedQueue<Integer> sent = new ConcurrentLinkedQueue<>();
        List<Integer> items = IntStream.range(0, 10_000).boxed().toList();
        // When
        assertThatThrownBy(() -> InFlight.all(1, items, item -> {
                    sent.add(item);
                    throw new IllegalStateException("item " + item);
                }))
                // Then
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("item 0");
        assertThat(sent).containsExactly(0);
    }
}
