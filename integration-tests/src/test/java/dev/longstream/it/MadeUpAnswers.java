package dev.longstream.it;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.record.Assignment;
import dev.longstream.testing.Records;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

import java.util.Map;

/** Writes answers to assignments, two a group, in place of a rollout worker. */
final class MadeUpAnswers implements AutoCloseable {
    private static final String RIGHT = "The answer is Ghent.";
    private static final String WRONG = "The answer is Bruges.";

    private final EventLog log;
    private final KafkaProducer<String, SpecificRecord> producer;

    MadeUpAnswers(EventLog log) {
        this.log = log;
        this.producer = log.producer(Map.of());
    }

    /** Writes a right and a wrong answer, so that the group can be trained on. */
    void differ(Assignment assignment) {
        first(assignment);
        second(assignment);
    }

    /** Writes two wrong answers, so that the group is rejected. */
    void agree(Assignment assignment) {
        answer(assignment, 0, WRONG);
        answer(assignment, 1, WRONG);
    }

    void first(Assignment assignment) {
        answer(assignment, 0, RIGHT);
    }

    void second(Assignment assignment) {
        answer(assignment, 1, WRONG);
    }

    private void answer(Assignment assignment, int sample, String text) {
        send(
                log.topics().trajectories(),
                assignment.getGroupId(),
                Records.trajectory(assignment.getGroupId(), sample)
                        .setPhase(assignment.getPhase())
                        .setGroupSize(2)
                        .setQuestion(assignment.getQuestion())
                        .setText(text)
                        .build());
    }

    <V extends SpecificRecord> void send(Topic<V> topic, String key, V value) {
        producer.send(new ProducerRecord<>(topic.name(), key, value));
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
    }
}
