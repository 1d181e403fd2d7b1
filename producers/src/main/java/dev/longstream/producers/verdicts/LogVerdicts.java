package dev.longstream.producers.verdicts;

import dev.longstream.judging.VerdictCache;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.producers.queue.Sending;
import dev.longstream.record.Verdict;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Verdicts on the log of a run: reuses those that scoring requested before, and publishes new ones for scoring to read.
 */
public final class LogVerdicts implements VerdictCache {
    private final EventLog log;

    /** Creates the cache over the verdicts of one run. */
    public LogVerdicts(EventLog log) {
        this.log = log;
    }

    @Override
    public Map<String, Double> known(Set<String> keys) {
        Map<String, Double> known = new HashMap<>();
        TopicReader.readAll(log, log.topics().verdicts(), record -> {
            if (record.value().getScore() != null && keys.contains(record.key())) {
                known.putIfAbsent(record.key(), record.value().getScore());
            }
        });
        return known;
    }

    @Override
    public void keep(List<Verdict> verdicts) {
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            Sending.all(producer, log.topics().verdicts(), verdicts, Verdict::getKey);
        }
    }
}
