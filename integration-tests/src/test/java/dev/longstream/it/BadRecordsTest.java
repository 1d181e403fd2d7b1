package dev.longstream.it;

import dev.longstream.log.Topic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A run in whose every topic and partition somebody wrote records that are none of ours, by ordinary Kafka tools. */
class BadRecordsTest {
    private static final String RUN = "poisoned";
    /** Text of a console producer; the magic byte with the id of no schema; the magic byte with schema 1, cut off. */
    private static final List<byte[]> BAD_VALUES = List.of(
            "hello".getBytes(StandardCharsets.UTF_8), new byte[] {0, 0, 0, 99, 99, 1, 2, 3}, new byte[] {0, 0, 0, 0, 1
            });

    @Test
    void shouldTrainToTheEndWhenEveryTopicHasBadRecords(@TempDir Path folder) throws Exception {
        // Given
        SmallRun run = SmallRun.in(folder);
        Path third = run.runs().resolve(RUN).resolve("checkpoints/step-000003");
        try (CommandProcess process = CommandProcess.startUntil(third, folder, run.command("train", RUN))) {
            process.kill();
        }
        try (WholeRun whole = new WholeRun(run.runs(), RUN);
                KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        whole.log().clientSettings(), new StringSerializer(), new ByteArraySerializer())) {
            for (Topic<?> topic : whole.log().topics().all()) {
                for (int partition = 0; partition < topic.partitions(); partition++) {
                    for (byte[] value : BAD_VALUES) {
                        producer.send(new ProducerRecord<>(topic.name(), partition, "bad-key", value))
                                .get();
                    }
                }
            }
        }
        // When
        EndedCommand.succeed(run.command("train", RUN));
        // Then
        try (WholeRun whole = new WholeRun(run.runs(), RUN)) {
            whole.verify(SmallRun.STEPS);
        }
    }
}
