package dev.longstream.streams;

import dev.longstream.failure.UnreachableException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogAddress;
import dev.longstream.log.Topics;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class StreamsRoleTest {
    private static final StreamsException REFUSED =
            new StreamsException("task 0_0", new InvalidTxnStateException("refused"));

    @TempDir
    Path folder;

    private StreamsRole role;

    @BeforeEach
    void make() {
        EventLog log = new EventLog(new LogAddress("localhost:9092", "mock://streams-role"), new Topics("run", 1));
        Topology topology = new Topology().addSource("scored-trajectories", "run.scored");
        role = new StreamsRole(
                "grouping", log, topology, Map.of(), Set.of(), new StreamsRuntime(folder), null); // never started
    }

    @AfterEach
    void close() {
        role.close();
    }

    @Test
    void shouldGoOnFromCommittedOffsetsWhenTheBrokerRefusesATransaction() {
        assertThat(role.respondTo(REFUSED)).isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
        assertThat(role.failure()).isEmpty();
    }

    @Test
    void shouldGoOnWhenTheBrokerHasForgottenTheProducerOrFailsInATransaction() {
        String forgotten =
                "The producer attempted to use a producer id which is not currently assigned to its transactional id.";
        for (KafkaException refusal : List.of(
                new InvalidPidMappingException(forgotten),
                new KafkaException("Unexpected error in TxnOffsetCommitResponse: " + forgotten),
                new KafkaException("Unhandled error in EndTxnResponse: The server experienced an unexpected error"))) {
            assertThat(role.respondTo(new StreamsException("task 0_0", refusal)))
                    .isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
            assertThat(role.failure()).isEmpty();
        }
    }

    @Test
    void shouldStopWhenTheBrokerRefusesAgainAndAgain() {
        int goneOn = 0;
        while (role.respondTo(REFUSED) == StreamThreadExceptionResponse.REPLACE_THREAD) {
            assertThat(++goneOn).isLessThan(100);
        }
        assertThat(goneOn).isPositive();
        assertThat(role.failure()).containsInstanceOf(InvalidTxnStateException.class);
    }

    @Test
    void shouldGoOnWhenBrokerOrRegistryDoNotAnswer() {
        for (RuntimeException fault : List.of(
                new TimeoutException("no answer for 5 minutes"), new UnreachableException("the registry is away"))) {
            assertThat(role.respondTo(new StreamsException("task 0_0", fault)))
                    .isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
            assertThat(role.failure()).isEmpty();
        }
    }

    @Test
    void shouldStopAtOnceOnAnyOtherFailure() {
        Throwable failure = new IllegalStateException("a mistake of ours");
        assertThat(role.respondTo(new StreamsException("task 0_0", failure)))
                .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
        assertThat(role.failure()).contains(failure);
    }
}
