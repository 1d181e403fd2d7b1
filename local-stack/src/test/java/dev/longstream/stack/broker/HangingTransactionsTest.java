package dev.longstream.stack.broker;

import dev.longstream.stack.broker.HangingTransactions.CoordinatorState;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;

class HangingTransactionsTest {
    private static final long PRODUCER = 8;

    private static ProducerState producer(OptionalLong openFrom) {
        return new ProducerState(PRODUCER, 26, 3, 0, OptionalInt.of(2), openFrom);
    }

    @ParameterizedTest
    @EnumSource(
            value = TransactionState.class,
            names = {"EMPTY", "COMPLETE_ABORT", "COMPLETE_COMMIT"})
    void shouldCallATransactionHangingWhenItsCoordinatorHasEndedIt(TransactionState state) {
        assertThat(HangingTransactions.isHanging(
                        producer(OptionalLong.of(140)), Map.of(PRODUCER, new CoordinatorState(state, 26))))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = TransactionState.class,
            names = {"EMPTY", "COMPLETE_ABORT", "COMPLETE_COMMIT"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldLeaveATransactionAloneWhenItsCoordinatorWillEndIt(TransactionState state) {
        assertThat(HangingTransactions.isHanging(
                        producer(OptionalLong.of(140)), Map.of(PRODUCER, new CoordinatorState(state, 26))))
                .isFalse();
    }

    @Test
    void shouldLeaveAProducerAloneWhenItHasNothingOpenOrNobodyKnowsIt() {
        assertThat(HangingTransactions.isHanging(
                        producer(OptionalLong.empty()),
                        Map.of(PRODUCER, new CoordinatorState(TransactionState.EMPTY, 26))))
                .isFalse();
        assertThat(HangingTransactions.isHanging(producer(OptionalLong.of(140)), Map.of()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "COMPLETE_COMMIT, 27, true",
        "COMPLETE_COMMIT, 26, true", // by a producer of before Kafka 4
        "COMPLETE_COMMIT, 28, false", // another one
        "COMPLETE_ABORT, 27, false",
        "EMPTY, 27, false"
    })
    void shouldCallATransactionCommittedWhenThatIsTheCoordinatorsLastWordOnIt(
            TransactionState state, int epoch, boolean committed) {
        assertThat(new CoordinatorState(state, epoch).isCommitted(26)).isEqualTo(committed);
    }
}
