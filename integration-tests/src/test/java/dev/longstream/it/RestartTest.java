package dev.longstream.it;

import dev.longstream.log.Topic;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A whole run whose process is killed in the warm-up, told to stop after it, terminated in the middle of reinforcement learning and killed at
 * its end; each time the same command goes on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestartTest {
    private static final String RUN = "killed";
    private static final int TERMINATED = 143;

    private Path folder;
    private SmallRun run;
    private String warmedUp = "";
    private int interrupted;
    private EndedCommand last;
    private WholeRun whole;

    @BeforeAll
    void runWithAccidents(@TempDir Path fresh) throws Exception {
        folder = fresh;
        run = SmallRun.in(folder);
        killWhenThereIs("warm-up");
        warmedUp = EndedCommand.succeed(run.command("train", RUN, "--warm-up-only"))
                .output();
        try (CommandProcess process = startUntilThereIs("checkpoints/step-000003")) {
            process.terminate();
            interrupted = process.exit();
        }
        killWhenThereIs("checkpoints/step-%06d".formatted(SmallRun.STEPS));
        last = EndedCommand.succeed(run.command("train", RUN));
        whole = new WholeRun(run.runs(), RUN);
    }

    @AfterAll
    void close() {
        if (whole != null) {
            whole.close();
        }
    }

    @Test
    void shouldTrainEveryBatchOnceAndAccountForEveryTrajectory() {
        whole.verify(SmallRun.STEPS);
    }

    @Test
    void shouldStopAfterTheWarmUpWhenToldTo() {
        Path weights = run.runs().resolve(RUN).resolve("warm-up/step-%06d/model".formatted(SmallRun.WARM_UP_STEPS));
        assertThat(warmedUp).contains(weights.toString());
        assertThat(weights).isDirectoryContaining("glob:**model.safetensors");
    }

    @Test
    void shouldEndAsAProcessThatWasTerminated() {
        assertThat(interrupted).isEqualTo(TERMINATED);
    }

    @Test
    void shouldLeaveAReport() {
        assertThat(last.output()).contains("it closes");
        assertThat(run.runs().resolve(RUN)).isDirectoryContaining("glob:**report.json");
        assertThat(run.runs().resolve(RUN)).isDirectoryContaining("glob:**curves.svg");
    }

    @Test
    void shouldKeepNoHalfCheckpoint() throws Exception {
        try (Stream<Path> found = Files.list(run.runs().resolve(RUN).resolve("checkpoints"))) {
            assertThat(found.filter(Files::isDirectory)
                            .map(path -> path.getFileName().toString()))
                    .allMatch(name -> name.matches("step-\\d{6}"));
        }
    }

    /** Kafka's consumer and Confluent's deserializer know of this run nothing but two addresses. */
    @Test
    void shouldLetStockToolsReadEveryTopic() {
        for (Topic<? extends SpecificRecord> topic : whole.log().topics().all()) {
            assertThat(stockRead(topic.name())).as(topic.name()).allSatisfy(value -> assertThat(value)
                    .isInstanceOfSatisfying(GenericRecord.class, record -> assertThat(
                                    record.getSchema().getFullName())
                            .isEqualTo(topic.value().getName())));
        }
        assertThat(stockRead(whole.log().topics().trajectories().name())).isNotEmpty();
    }

    private List<Object> stockRead(String topic) {
        Map<String, Object> settings = new HashMap<>(whole.log().clientSettings());
        settings.putAll(Map.of(
                "schema.registry.url",
                whole.log().address().registryUrl(),
                "key.deserializer",
                StringDeserializer.class,
                "value.deserializer",
                KafkaAvroDeserializer.class,
                "auto.offset.reset",
                "earliest",
                "isolation.level",
                "read_committed"));
        List<Object> values = new ArrayList<>();
        try (KafkaConsumer<String, Object> consumer = new KafkaConsumer<>(settings)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    private void killWhenThereIs(String path) throws Exception {
        try (CommandProcess process = startUntilThereIs(path)) {
            process.kill();
        }
    }

    private CommandProcess startUntilThereIs(String path) throws Exception {
        return CommandProcess.startUntil(run.runs().resolve(RUN).resolve(path), folder, run.command("train", RUN));
    }
}
