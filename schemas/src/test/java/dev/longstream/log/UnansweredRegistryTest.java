package dev.longstream.log;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class UnansweredRegistryTest {
    static List<RuntimeException> registryIsAway() {
        return List.of(
                new SerializationException("schema 7", new ConnectException("Connection refused")),
                new SerializationException("schema 7", new IOException(new SocketTimeoutException("Read timed out"))),
                new SerializationException("schema 7", new UnknownHostException("registry")),
                new TimeoutException("503"));
    }

    static List<RuntimeException> recordIsBad() {
        return List.of(
                new SerializationException("Unknown magic byte!"),
                new SerializationException("value", new EOFException()),
                new IndexOutOfBoundsException("3"),
                new ClassCastException("Batch"));
    }

    @ParameterizedTest
    @MethodSource("registryIsAway")
    void shouldSeeTheRegistryBehindAFailureWhenItDidNotAnswer(RuntimeException thrown) {
        assertThat(UnansweredRegistry.isBehind(thrown)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("recordIsBad")
    void shouldBlameTheRecordWhenItsBytesAreWrong(RuntimeException thrown) {
        assertThat(UnansweredRegistry.isBehind(thrown)).isFalse();
    }
}
