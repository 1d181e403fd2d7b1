package dev.longstream.producers.verdicts;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DigestSetTest {
    @Test
    void shouldHaveWhatWasAddedAndNothingElseWhileItGrows() {
        // Given
        DigestSet set = new DigestSet();
        // When
        for (int i = 0; i < 10_000; i++) {
            set.add("key " + i);
            set.add("key " + i);
        }
        // Then
        for (int i = 0; i < 10_000; i++) {
            assertThat(set.contains("key " + i)).as("key %d", i).isTrue();
            assertThat(set.contains("other " + i)).as("other %d", i).isFalse();
        }
    }
}
