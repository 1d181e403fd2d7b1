package dev.longstream.benchmarks.scoring;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Topics of the plain copy, and clients of bytes with the settings of a run's clients. */
final class BenchTopics {
    private BenchTopics() {}

    /** Returns the name of the topic that the copy reads. */
    static String source(EventLog log) {
        return log.topics().name("bench-source");
    }

    /** Returns the name of the topic that the copy writes. */
    static String copy(EventLog log) {
        return log.topics().name("bench-copy");
    }

    /** Creates both topics with the settings of {@code trajectories}. */
    static void create(EventLog log) {
        Map<String, String> settings = Map.of(
                "max.message.bytes",
                Integer.toString(log.topics().trajectories().maxRecordBytes()));
        List<NewTopic> topics = Stream.of(source(log), copy(log))
                .map(name -> new NewTopic(name, log.topics().partitions(), (short) 1).configs(settings))
                .toList();
        try (Admin admin = log.admin()) {
            admin.createTopics(topics).all().get();
        } catch (ExecutionException e) {
            throw new LogException("The topics of the copy cannot be created", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while creating the topics of the copy", e);
        }
    }

    /** Creates a producer of encoded values; {@code overrides} take precedence. The caller closes it. */
    static KafkaProducer<String, byte[]> producer(EventLog log, Map<String, Object> overrides) {
        Map<String, Object> settings = log.producerSettings();
        settings.putAll(overrides);
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /** Creates a consumer of all partitions of a topic from their present ends; the caller closes it. */
    static KafkaConsumer<String, byte[]> consumer(EventLog log, String topic) {
        KafkaConsumer<String, byte[]> consumer = log.consumer(Map.of());
        List<TopicPartition> partitions = IntStream.range(0, log.topics().partitions())
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position); // the seek is lazy
        return consumer;
    }
}
