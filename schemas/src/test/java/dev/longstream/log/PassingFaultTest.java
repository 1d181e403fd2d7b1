package dev.longstream.log;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PassingFaultTest {
    @Test
    void shouldFindAFaultThatPassesBehindAnother() {
        assertThat(PassingFault.isBehind(new LogException("no answer", new TimeoutException("after 60 s"))))
                .isTrue();
        assertThat(PassingFault.isBehind(new LogException("no record", new SerializationException("of 3 bytes"))))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Unexpected error code 15 while fetching from topic-partition run.assignments-0",
                "Unexpected error code 6 while fetching at offset 3 from topic-partition run.steps-0"
            })
    void shouldCountARefusedFetchWhoseErrorPasses(String message) {
        assertThat(PassingFault.isBehind(new IllegalStateException(message))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Unexpected error code 29 while fetching from topic-partition run.assignments-0",
                "Unexpected error code 9999 while fetching from topic-partition run.assignments-0",
                "This consumer has already been closed."
            })
    void shouldNotCountOtherStates(String message) {
        assertThat(PassingFault.isBehind(new IllegalStateException(message))).isFalse();
    }
}
