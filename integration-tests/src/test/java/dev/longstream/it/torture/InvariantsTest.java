package dev.longstream.it.torture;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topics;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class InvariantsTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldNameEveryPromiseThatALogBreaks() {
        // Given
        EventLog log = BROKER.newRun("broken", 1);
        Topics topics = log.topics();
        Map<String, List<? extends SpecificRecord>> written = Map.of(
                topics.steps().name(),
                        List.of(Records.step(1).build(), Records.step(1).build()),
                topics.weights().name(),
                        List.of(
                                Records.weights(0).build(),
                                Records.weights(1).setDigest("another").build()),
                topics.scored().name(),
                        List.of(
                                Records.scored("g", 0).build(),
                                Records.scored("g", 0).build()),
                topics.rejectedGroups().name(),
                        List.of(Records.group("g").build(), Records.group("g").build()),
                topics.batches().name(), List.of(Records.batch(3, List.of()).build()),
                topics.assignments().name(),
                        List.of(Records.assignment("g").setOrdinal(1).build()),
                topics.evaluations().name(),
                        List.of(
                                Records.evaluation(1, 0.5).build(),
                                Records.evaluation(1, 0.5).build()),
                topics.deadLetters().name(),
                        List.of(
                                Records.deadLetter("broken.groups", 7).build(),
                                Records.deadLetter("broken.groups", 8).build()));
        write(log, written);
        // When
        List<String> violations = Invariants.check(log, 2, List.of("broken.groups:0:7"));
        // Then
        assertThat(String.join("\n", violations))
                .contains(
                        "The ledger does NOT close",
                        "steps are not the versions 1 to 2 in order: [1, 1]",
                        "version 1 was announced with other weights",
                        "group occurs twice: g",
                        "batches are not numbered once in order",
                        "assignments are not made once in order",
                        "score occurs twice: g#0",
                        "evaluation occurs twice",
                        "an answer was scored that there is not: g",
                        "a good record is a dead letter: broken.groups:0:8")
                .doesNotContain("broken.groups:0:7");
    }

    @Test
    void shouldNameTheFirstVersionWhoseWeightsDiffer() {
        // Given
        EventLog run = BROKER.newRun("run", 1);
        EventLog replay = BROKER.newRun("replay", 1);
        write(
                run,
                Map.of(
                        "run.weights",
                        List.of(Records.weights(0).build(), Records.weights(1).build())));
        write(
                replay,
                Map.of(
                        "replay.weights",
                        List.of(
                                Records.weights(0).build(),
                                Records.weights(1).setDigest("another").build())));
        // Then
        assertThat(Invariants.sameWeights(run, run)).isEmpty();
        assertThat(Invariants.sameWeights(run, replay))
                .singleElement()
                .asString()
                .contains("difference in version 1");
    }

    private static void write(EventLog log, Map<String, List<? extends SpecificRecord>> records) {
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            records.forEach((topic, values) ->
                    values.forEach(value -> producer.send(new ProducerRecord<>(topic, 0, "key", value))));
        }
    }
}
