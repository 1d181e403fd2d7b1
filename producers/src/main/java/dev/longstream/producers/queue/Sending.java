package dev.longstream.producers.queue;

import dev.longstream.log.LogException;
import dev.longstream.log.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Writes records to a topic and waits for the broker's answer. */
public final class Sending {
    private Sending() {}

    /**
     * Sends records and returns once all of them are on the log.
     *
     * @param key returns the key of a record
     * @throws LogException if the broker refused a record
     */
    public static <V extends SpecificRecord> void all(
            KafkaProducer<String, SpecificRecord> producer, Topic<V> topic, List<V> records, Function<V, String> key) {
        List<Future<RecordMetadata>> sent = records.stream()
                .map(record -> producer.send(new ProducerRecord<>(topic.name(), key.apply(record), record)))
                .toList();
        producer.flush();
        for (int i = 0; i < sent.size(); i++) {
            try {
                sent.get(i).get();
            } catch (ExecutionException e) {
                throw LogException.notWritten(
                        topic, key.apply(records.get(i)), e.getCause() == null ? e : e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LogException("Interrupted while records were being sent to " + topic.name(), e);
            }
        }
    }
}
