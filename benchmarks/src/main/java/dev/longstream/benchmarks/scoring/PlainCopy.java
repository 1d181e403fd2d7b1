package dev.longstream.benchmarks.scoring;

import dev.longstream.failure.UnreachableException;
import dev.longstream.log.EventLog;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Reads records and writes the same bytes to another topic, with the settings of Longstream's clients and without transactions,
 * state or decoding. Not thread-safe.
 */
final class PlainCopy implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaProducer<String, byte[]> producer;
    private final String target;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /** Waits for the records that are written to the source from now on. */
    PlainCopy(EventLog log) {
        this.target = BenchTopics.copy(log);
        this.consumer = BenchTopics.consumer(log, BenchTopics.source(log));
        this.producer = BenchTopics.producer(log, Map.of());
    }

    /** Copies the next {@code count} records and returns once all are durable. */
    void copy(int count) {
        int copied = 0;
        while (copied < count) {
            copied += copyNew();
        }
        producer.flush();
        check();
    }

    /** Copies what has arrived and returns the number of records. */
    int copyNew() {
        ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
        for (ConsumerRecord<String, byte[]> record : records) {
            send(new ProducerRecord<>(target, record.partition(), record.key(), record.value()));
        }
        check();
        return records.count();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback has the failure
    private void send(ProducerRecord<String, byte[]> record) {
        producer.send(record, (place, problem) -> {
            if (problem != null) {
                failure.compareAndSet(null, problem);
            }
        });
    }

    private void check() {
        Exception problem = failure.get();
        if (problem != null) {
            throw new UnreachableException("The copy cannot be written: " + problem.getMessage(), problem);
        }
    }

    @Override
    public void close() {
        consumer.close();
        producer.close();
    }
}
