package dev.longstream.benchmarks.scoring;

import dev.longstream.log.EventLog;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

import java.util.Map;

/**
 * Records in an open transaction, which readers see all at once when it is committed. So the readers can be up and idle, and
 * writing the records takes no time from reading them. Not thread-safe.
 */
final class HiddenRecords implements AutoCloseable {
    /** The longest that a broker allows. */
    private static final int TIMEOUT_MS = 900_000;

    private final KafkaProducer<String, byte[]> producer;
    private final String topic;

    HiddenRecords(EventLog log, String topic) {
        this.topic = topic;
        this.producer = BenchTopics.producer(
                log, Map.of("transactional.id", topic + "-hidden", "transaction.timeout.ms", TIMEOUT_MS));
        producer.initTransactions();
    }

    void begin() {
        producer.beginTransaction();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the commit fails if a record was not written
    void add(ProducerRecord<String, byte[]> record) {
        producer.send(new ProducerRecord<>(topic, record.key(), record.value()));
    }

    /** Waits until all records are on the broker. */
    void flush() {
        producer.flush();
    }

    /** Lets readers see the records. */
    void reveal() {
        producer.commitTransaction();
    }

    @Override
    public void close() {
        producer.close();
    }
}
