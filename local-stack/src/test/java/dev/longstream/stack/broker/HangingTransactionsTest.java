package dev.longstream.stack.broker;

import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
        assertThat(HangingTransactions.isHanging(producer(OptionalLong.of(140)), Map.of(PRODUCER, state)))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = TransactionState.class,
            names = {"EMPTY", "COMPLETE_ABORT", "COMPLETE_COMMIT"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldLeaveATransactionAloneWhenItsCoordinatorWillEndIt(TransactionState state) {
        assertThat(HangingTransactions.isHanging(producer(OptionalLong.of(140)), Map.of(PRODUCER, state)))
                .isFalse();
    }

    @Test
    void shouldLeaveAProducerAloneWhenItHasNothingOpenOrNobodyKnowsIt() {
        assertThat(HangingTransactions.isHanging(
                        producer(OptionalLong.empty()), Map.of(PRODUCER, TransactionState.EMPTY)))
                .isFalse();
        assertThat(HangingTransactions.isHanging(producer(OptionalLong.of(140)), Map.of()))
                .isFalse();
    }
}
