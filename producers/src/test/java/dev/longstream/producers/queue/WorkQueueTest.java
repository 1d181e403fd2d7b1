package dev.longstream.producers.queue;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.WorkQueue;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class WorkQueueTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldFindTheQueuesOfANewRunConfigured() {
        EventLog log = BROKER.newRun("configured", 1);

        assertThat(log.topics().assignmentQueue().requireConfigured(log)).isEqualTo(WorkQueue.LOCK);
        assertThat(log.topics().judgeQueue().requireConfigured(log)).isEqualTo(WorkQueue.LOCK);
    }

    @Test
    void shouldSayWhoConfiguresAGroupThatNeverWas() {
        EventLog log = BROKER.newRun("other", 1);
        WorkQueue never = new WorkQueue(log.topics().assignments(), "never-configured");

        assertThatThrownBy(() -> new Leases(log, never, 4, 2))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("never-configured")
                .hasMessageContaining("share.auto.offset.reset=latest, expected earliest")
                .hasMessageContaining("prompts publish");
    }
}
