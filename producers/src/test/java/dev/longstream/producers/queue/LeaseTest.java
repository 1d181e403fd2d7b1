package dev.longstream.producers.queue;

import dev.longstream.log.EventLog;
import dev.longstream.log.WorkQueue;
import dev.longstream.testing.TestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(120)
class LeaseTest {
    private static final Duration LOCK = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMillis(200);

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldGoOnWithWhatIsLeftWhenItsLocksEndedAndAnotherTookARecord() throws Exception {
        // Given
        // A lease of two records did not renew in time, and another lease took one of the two.
        EventLog log = BROKER.newRun("late", 1);
        String topic = log.topics().assignments().name();
        try (Admin admin = log.admin()) {
            new WorkQueue(log.topics().assignments(), "late").configure(admin, LOCK);
        }
        send(log, topic, 2);
        List<Long> lost;
        try (Lease late = new Lease(log, topic, "late", 2, LOCK);
                Lease other = new Lease(log, topic, "late", 1, LOCK)) {
            assertThat(offsets(late, 2)).containsExactly(0L, 1L);
            lost = offsets(other, 1);

            // When
            late.renewLocks();
            other.finish(lost.get(0));
            late.finish(0);
            late.finish(1);
        }

        // Then
        // Records that the other lease finished stay finished; the rest may come once more.
        send(log, topic, 1);
        List<Long> after = new ArrayList<>();
        try (Lease next = new Lease(log, topic, "late", 4, LOCK)) {
            while (!after.contains(2L)) {
                for (long offset : offsets(next, 1)) {
                    after.add(offset);
                    next.finish(offset);
                }
            }
        }
        assertThat(after).doesNotContainAnyElementsOf(lost).doesNotHaveDuplicates();
    }

    private static void send(EventLog log, String topic, int records) throws Exception {
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(log.clientSettings(), new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, "key", new byte[] {1}))
                        .get();
            }
        }
    }

    /** Returns the offsets of {@code records} records and waits until they have come. */
    private static List<Long> offsets(Lease lease, int records) {
        List<Long> offsets = new ArrayList<>();
        while (offsets.size() < records) {
            lease.take(PATIENCE).stream().map(ConsumerRecord::offset).forEach(offsets::add);
        }
        return offsets;
    }
}
