package dev.longstream.streams.topology;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StoreFormatTest {
    private final KeyValueStore<String, Long> numbers = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore("next-batch"), Serdes.String(), Serdes.Long())
            .withLoggingDisabled()
            .build();

    @BeforeEach
    void open() {
        MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
        numbers.init(context.getStateStoreContext(), numbers);
    }

    @AfterEach
    void close() {
        numbers.close();
    }

    @Test
    void shouldTakeAStoreWithoutAFormatForOneOfTheFirstRelease() {
        // When
        StoreFormat format = StoreFormat.check("batching", numbers, 1);
        format.mark();
        // Then
        assertThat(numbers.get("#format")).isEqualTo(1);
    }

    @Test
    void shouldRefuseAStoreThatANewerReleaseWrote() {
        // Given
        StoreFormat.check("batching", numbers, 2).mark();
        // Then
        assertThatThrownBy(() -> StoreFormat.check("batching", numbers, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("The store next-batch of batching has format 2, expected 1 or older");
    }
}
