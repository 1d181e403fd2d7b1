package dev.longstream.trainer.loop;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Announcements on the event log, one transaction each. The transactional id is the run's: a trainer that starts fences
 * the one before it, and finishes or aborts what that one left open.
 */
public final class LogAnnouncements implements Announcements {
    private final EventLog log;
    private final Producer<String, SpecificRecord> producer;

    public LogAnnouncements(EventLog log) {
        this(log, transactional(log));
    }

    LogAnnouncements(EventLog log, Producer<String, SpecificRecord> producer) {
        this.log = log;
        this.producer = producer;
        producer.initTransactions();
    }

    private static KafkaProducer<String, SpecificRecord> transactional(EventLog log) {
        return log.producer(Map.of("transactional.id", log.topics().name("trainer")));
    }

    @Override
    public Optional<Weights> newest() {
        AtomicReference<Weights> newest = new AtomicReference<>();
        TopicReader.readAll(log, log.topics().weights(), record -> newest.set(record.value()));
        return Optional.ofNullable(newest.get());
    }

    @Override
    public void announce(Optional<Step> step, Weights weights) {
        String key = Long.toString(weights.getVersion());
        try {
            producer.beginTransaction();
            step.ifPresent(value -> send(log.topics().steps(), key, value));
            send(log.topics().weights(), key, weights);
            producer.commitTransaction();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw new LogException(
                    "Version " + key + " was not announced: another trainer has taken over run "
                            + log.topics().run() + "; this one stops",
                    e);
        } catch (KafkaException e) {
            // Neither aborted nor repeated here: the next start finishes the transaction and looks at what is in the
            // log.
            throw new LogException(
                    "Version " + key + " could not be announced on "
                            + log.address().bootstrapServers() + ": " + e.getMessage()
                            + "; its checkpoint is whole, and the next start announces it",
                    e);
        }
    }

    private <V extends SpecificRecord> void send(Topic<V> topic, String key, V value) {
        producer.send(new ProducerRecord<>(topic.name(), 0, key, value));
    }

    @Override
    public void close() {
        producer.close();
    }
}
