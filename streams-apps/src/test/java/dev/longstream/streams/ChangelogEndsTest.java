package dev.longstream.streams;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topics;
import dev.longstream.testing.TestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class ChangelogEndsTest {
    private static final String CHANGELOG = "run.curriculum-progress-changelog";

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    private Path folder;

    @Test
    void shouldNoticeAChangelogThatEndsBeforeTheState() throws Exception {
        // Given
        EventLog log = new EventLog(BROKER.address(), new Topics("run", 1));
        ChangelogEnds ends = new ChangelogEnds(log, "run.curriculum", folder);
        try (Admin admin = log.admin()) {
            write(log, admin, 3);
            assertThat(ends.wereSetBack()).isFalse(); // nothing is remembered
            ends.remember();
            assertThat(ends.wereSetBack()).isFalse();
            // When
            admin.deleteTopics(List.of(CHANGELOG)).all().get();
            assertThat(ends.wereSetBack()).isTrue();
            write(log, admin, 2);
            // Then
            assertThat(ends.wereSetBack()).isTrue();
            assertThat(new ChangelogEnds(log, "run.scoring", folder).wereSetBack())
                    .isFalse();
            ends.remember();
            assertThat(ends.wereSetBack()).isFalse();
        }
    }

    private static void write(EventLog log, Admin admin, int records) throws Exception {
        admin.createTopics(List.of(new NewTopic(CHANGELOG, 1, (short) 1))).all().get();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(log.clientSettings(), new StringSerializer(), new StringSerializer())) {
            for (int record = 0; record < records; record++) {
                producer.send(new ProducerRecord<>(CHANGELOG, "key", "value")).get();
            }
        }
    }
}
