package dev.longstream.streams.topology;

import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class QuietCommitTest {
    private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
    private final QuietCommit commit = QuietCommit.of(context);

    @Test
    void shouldRequestACommitWhenNoRecordCameBetweenTwoLooks() {
        // Given
        commit.processing();
        look();
        boolean atOnce = context.committed();
        // When
        look();
        // Then
        assertThat(atOnce).isFalse();
        assertThat(context.committed()).isTrue();
    }

    @Test
    void shouldLeaveTheCommitToTheIntervalWhileRecordsKeepComing() {
        for (int record = 0; record < 5; record++) {
            // When
            commit.processing();
            look();
        }
        // Then
        assertThat(context.committed()).isFalse();
    }

    @Test
    void shouldRequestNoCommitWithoutARecordSinceTheLastOne() {
        // Given
        commit.processing();
        look();
        look();
        context.resetCommit();
        // When
        look();
        look();
        // Then
        assertThat(context.committed()).isFalse();
    }

    private void look() {
        context.scheduledPunctuators().forEach(each -> each.getPunctuator().punctuate(0));
    }
}
