package dev.longstream.exports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.exports.metrics.MetricPoint;
import dev.longstream.exports.metrics.MetricSink;
import dev.longstream.exports.tables.RowFormat;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.questions.parquet.ParquetRows;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TableExportTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    Path folder;

    private static <V extends SpecificRecord> void send(EventLog log, Topic<V> topic, String key, V value) {
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic.name(), key, value));
        }
    }

    @Test
    void shouldMakeATableOfEveryTopic() throws IOException {
        // Given
        EventLog log = BROKER.newRun("all", 1);
        send(
                log,
                log.topics().trajectories(),
                "p@0",
                Records.trajectory("p@0", 1).build());
        Path out = folder.resolve("tables");
        // When
        try (TableExport export = new TableExport(log, log.topics().all(), RowFormat.PARQUET, out)) {
            export.catchUp();
            // Then
            assertThat(export.rows()).containsEntry("trajectories", 1L).containsEntry("steps", 0L);
        }
        List<JsonNode> rows = new ArrayList<>();
        ParquetRows.read(out.resolve("trajectories/part-00000.parquet"), (row, record) -> rows.add(record));
        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.path("_offset").longValue()).isZero();
            assertThat(row.path("_key").asText()).isEqualTo("p@0");
            assertThat(row.path("groupId").asText()).isEqualTo("p@0");
            assertThat(row.path("tokens")).hasSize(3);
        });
        for (Topic<?> topic : log.topics().all()) {
            assertThat(out.resolve(log.topics().shortName(topic)).resolve("part-00000.parquet"))
                    .exists();
        }
        assertThat(new ObjectMapper()
                        .readTree(out.resolve("export.json").toFile())
                        .at("/rows/trajectories")
                        .intValue())
                .isEqualTo(1);
    }

    @Test
    void shouldAddAFileForWhatIsNewWhileItFollows() throws Exception {
        // Given
        EventLog log = BROKER.newRun("live", 1);
        send(log, log.topics().steps(), "1", Records.step(1).build());
        Path out = folder.resolve("tables");
        Iterator<FollowState> states = List.of(
                        FollowState.UNDER_WAY, FollowState.UNDER_WAY, FollowState.UNDER_WAY, FollowState.OVER)
                .iterator();
        // When
        try (TableExport export = new TableExport(log, List.of(log.topics().steps()), RowFormat.JSONL, out)) {
            export.follow(Duration.ZERO, () -> {
                FollowState next = states.next();
                if (next == FollowState.OVER) {
                    send(log, log.topics().steps(), "2", Records.step(2).build());
                }
                return next;
            });
        }
        // Then
        assertThat(out.resolve("steps/part-00000.jsonl")).content().contains("\"version\":1,");
        assertThat(out.resolve("steps/part-00001.jsonl")).content().contains("\"version\":2,");
        assertThat(out.resolve("steps/part-00002.jsonl")).doesNotExist();
    }

    @Test
    void shouldReplaceAnEarlierExportAndNothingElse() throws IOException {
        // Given
        EventLog log = BROKER.newRun("again", 1);
        send(log, log.topics().steps(), "1", Records.step(1).build());
        Path out = folder.resolve("tables");
        Path mine = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(mine.resolve("thesis.txt"), "years of work");
        // When
        for (int i = 0; i < 2; i++) {
            try (TableExport export = new TableExport(log, List.of(log.topics().steps()), RowFormat.JSONL, out)) {
                export.catchUp();
            }
        }
        // Then
        assertThat(out.resolve("steps/part-00000.jsonl")).content().hasLineCount(1);
        assertThatThrownBy(() -> new TableExport(log, List.of(log.topics().steps()), RowFormat.JSONL, mine))
                .isInstanceOf(WrongUseException.class)
                .hasMessageContainingAll("mine", "no export made it", "--out");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(out, mine);
        }
    }

    @Test
    void shouldExportMetricsOfStepsAndEvaluations() {
        // Given
        EventLog log = BROKER.newRun("metrics", 1);
        send(log, log.topics().steps(), "1", Records.step(1).setReward(0.5).build());
        send(log, log.topics().evaluations(), "end", Records.evaluation(1, 0.75).build());
        List<MetricPoint> points = new ArrayList<>();
        MetricSink sink = new MetricSink() {
            @Override
            public void add(List<MetricPoint> more) {
                points.addAll(more);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        // When
        try (MetricExport export = new MetricExport(log, sink);
                LastVersion last = new LastVersion(log, 1)) {
            export.catchUp();
            // Then
            assertThat(export.exported()).isEqualTo(new MetricExport.ExportedMetrics(1, 1));
            assertThat(points)
                    .contains(
                            new MetricPoint("train/reward", 1, 0, 0.5), new MetricPoint("held-out/reward", 1, 0, 0.75));
            long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (!last.isEvaluated() && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(last.isEvaluated()).isTrue();
        }
    }
}
