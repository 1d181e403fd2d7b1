package dev.longstream.benchmarks.scoring;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/**
 * Reads {@code trajectories} and writes the same bytes to a topic of its own, with the settings of Longstream's clients and
 * without transactions, state or decoding. Not thread-safe.
 */
final class PlainCopy implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaProducer<String, byte[]> producer;
    private final String target;

    /** Creates the topic and waits for the records that are written from now on. */
    PlainCopy(EventLog log) {
        this.target = topic(log);
        create(log, target);
        this.consumer = log.consumer(Map.of());
        this.producer = producer(log);
        seekToEnd(consumer, log, log.topics().trajectories().name());
    }

    /** Returns the name of the topic with the copies. */
    static String topic(EventLog log) {
        return log.topics().name("bench-copy");
    }

    /** Creates a producer of encoded values with the settings of {@link EventLog#producer}; the caller closes it. */
    static KafkaProducer<String, byte[]> producer(EventLog log) {
        Map<String, Object> settings = log.clientSettings();
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("compression.type", "zstd");
        settings.put("max.request.size", log.topics().trajectories().maxRecordBytes());
        settings.put("buffer.memory", 4L * log.topics().trajectories().maxRecordBytes());
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /** Reads all partitions of a topic from their present ends. */
    static void seekToEnd(KafkaConsumer<String, byte[]> consumer, EventLog log, String topic) {
        List<TopicPartition> partitions = IntStream.range(
                        0, log.topics().partitions())
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position); // the seek is lazy
    }

    private static void create(EventLog log, String name) {
        try (Admin admin = log.admin()) {
            NewTopic topic = new NewTopic(name, log.topics().partitions(), (short) 1)
                    .configs(Map.of(
                            "max.message.bytes",
                            Integer.toString(log.topics().trajectories().maxRecordBytes())));
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            throw new LogException("The topic " + name + " cannot be created", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while creating " + name, e);
        }
    }

    /** Copies the next {@code count} records and returns the seconds from the first one's arrival until all are durable. */
    double copy(int count) {
        int copied = 0;
        long begin = 0;
        while (copied < count) {
            ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
            if (begin == 0 && !records.isEmpty()) {
                begin = System.nanoTime();
            }
            send(records);
            copied += records.count();
        }
        producer.flush();
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Copies what has arrived. */
    void copyNew() {
        send(consumer.poll(POLL));
    }

    private void send(ConsumerRecords<String, byte[]> records) {
        for (ConsumerRecord<String, byte[]> record : records) {
            producer.send(new ProducerRecord<>(target, record.partition(), record.key(), record.value()));
        }
    }

    @Override
    public void close() {
        consumer.close();
        producer.close();
    }
}
