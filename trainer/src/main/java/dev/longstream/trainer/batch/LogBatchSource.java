package dev.longstream.trainer.batch;

import dev.longstream.log.BadRecordException;
import dev.longstream.log.EventLog;
import dev.longstream.log.RecordDecoder;
import dev.longstream.log.RecordFetcher;
import dev.longstream.record.Batch;
import dev.longstream.record.Group;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Trajectory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads batches from the event log, committed records only. */
public final class LogBatchSource implements BatchSource {
    private static final Logger LOG = LoggerFactory.getLogger(LogBatchSource.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String run;
    private final KafkaConsumer<String, byte[]> manifests;
    private final RecordDecoder<Batch> decoder;
    private final TopicPartition partition;
    private final RecordFetcher<Group> groups;
    private final RecordFetcher<Trajectory> trajectories;

    /** Opens the topics of a run. */
    public LogBatchSource(EventLog log) {
        this.run = log.topics().run();
        // One record a poll: after a restart the others are read again, because no buffer holds them.
        this.manifests = log.consumer(Map.of("max.poll.records", 1));
        this.decoder = new RecordDecoder<>(log, log.topics().batches());
        this.partition = new TopicPartition(log.topics().batches().name(), 0);
        manifests.assign(List.of(partition));
        this.groups = new RecordFetcher<>(log, log.topics().groups(), PATIENCE);
        this.trajectories = new RecordFetcher<>(log, log.topics().trajectories(), PATIENCE);
    }

    @Override
    public String run() {
        return run;
    }

    @Override
    public void seek(long offset) {
        manifests.seek(partition, offset);
    }

    @Override
    public long begin() {
        return Objects.requireNonNull(
                manifests.beginningOffsets(List.of(partition)).get(partition));
    }

    @Override
    public Optional<Batch> at(long offset) {
        long end =
                Objects.requireNonNull(manifests.endOffsets(List.of(partition)).get(partition));
        seek(offset);
        while (manifests.position(partition) < end) {
            Optional<Manifest> found = poll();
            if (found.isPresent()) {
                return found.filter(manifest -> manifest.place().getOffset() == offset)
                        .map(Manifest::batch);
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Manifest> poll() {
        Iterator<ConsumerRecord<String, byte[]>> records = manifests.poll(POLL).iterator();
        if (!records.hasNext()) {
            return Optional.empty();
        }
        ConsumerRecord<String, byte[]> record = records.next();
        try {
            return Optional.of(
                    new Manifest(decoder.decode(record.value()), new RecordRef(record.partition(), record.offset())));
        } catch (BadRecordException e) { // if it was a batch, the next one has the wrong number
            LOG.warn(
                    "The record at offset {} of {} is skipped: it {}", record.offset(), record.topic(), e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Map<RecordRef, Group> groups(Collection<RecordRef> references) {
        return groups.fetch(references);
    }

    @Override
    public Map<RecordRef, Trajectory> trajectories(Collection<RecordRef> references) {
        return trajectories.fetch(references);
    }

    @Override
    public void close() {
        manifests.close();
        decoder.close();
        groups.close();
        trajectories.close();
    }
}
