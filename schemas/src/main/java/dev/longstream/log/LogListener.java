package dev.longstream.log;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Hears of the Kafka clients that a process opens for a log and of the records that it writes, for metrics. Called by any thread; it must
 * return soon and throw nothing.
 */
public interface LogListener {
    /** Hears nothing. */
    LogListener NONE = new LogListener() {};

    /**
     * Receives a record that is handed to Kafka; its transaction may still be aborted, and it is then received again.
     *
     * @param topic full name of the topic
     */
    default void onWritten(String topic, SpecificRecord record) {}

    /** Receives a producer that was opened. */
    default void onOpened(Producer<?, ?> producer) {}

    /** Receives a consumer that was opened. */
    default void onOpened(Consumer<?, ?> consumer) {}

    /** Hears that a client that was opened is about to be closed. */
    default void onClosing(AutoCloseable client) {}
}
