package dev.longstream.runs.lineage;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.RecordRef;
import dev.longstream.record.RewardComponent;
import dev.longstream.record.VersionRun;
import dev.longstream.testing.Records;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

/** Writes the log of a run by hand: batches of two groups of two answers each, prompt {@code pN} for ordinal N. */
final class TracedRun implements AutoCloseable {
    final EventLog log;
    private final String sampler;
    private final KafkaProducer<String, SpecificRecord> producer;
    private final List<Future<RecordMetadata>> written = new ArrayList<>();
    private final Map<String, Long> ends = new HashMap<>();

    TracedRun(EventLog log, String sampler) {
        this.log = log;
        this.sampler = sampler;
        this.producer = log.producer(Map.of());
    }

    /** Writes a record and returns where it will lie; {@link #trace} waits until all are written. */
    <V extends SpecificRecord> RecordRef send(Topic<V> topic, String key, V value) {
        int partition = Math.floorMod(key.hashCode(), topic.partitions());
        long offset = ends.merge(topic.name() + partition, 1L, Long::sum) - 1;
        written.add(producer.send(new ProducerRecord<>(topic.name(), partition, key, value)));
        return new RecordRef(partition, offset);
    }

    /** Waits until all is written, and opens the lineage of the run. */
    Lineage trace() throws Exception {
        for (Future<RecordMetadata> each : written) {
            each.get();
        }
        return new Lineage(log);
    }

    /** Writes prompts with a document each and one that all share. */
    void prompts(int from, int to) {
        send(
                log.topics().documents(),
                "shared",
                Records.document("shared", "All share this.").build());
        for (int prompt = from; prompt < to; prompt++) {
            String own = "document-" + prompt;
            send(
                    log.topics().documents(),
                    own,
                    Records.document(own, "Text " + prompt).build());
            send(
                    log.topics().prompts(),
                    "p" + prompt,
                    Records.prompt("p" + prompt)
                            .setDocuments(List.of("shared", own))
                            .setSource("test:" + prompt)
                            .setSplit("train")
                            .build());
        }
    }

    void announce(long version) {
        send(
                log.topics().weights(),
                Long.toString(version),
                Records.weights(version).setDigest("digest-" + version).build());
    }

    /** Writes the steps that make the versions after {@code from} up to {@code to}, with all that they are made of. */
    void steps(int from, int to) {
        for (int batch = from; batch < to; batch++) {
            RecordRef manifest = batch(batch);
            send(
                    log.topics().steps(),
                    Integer.toString(batch + 1),
                    Records.step(batch + 1).setBatchRecord(manifest).build());
            announce(batch + 1);
        }
    }

    /** Writes a batch of two groups, whose second answers have tokens of two versions. */
    RecordRef batch(int batch) {
        List<BatchGroup> entries = new ArrayList<>();
        for (int ordinal = 2 * batch; ordinal < 2 * batch + 2; ordinal++) {
            entries.add(Records.batchGroup(id(ordinal))
                    .setGroup(group(ordinal, ordinal, batch, GroupVerdict.TRAINABLE))
                    .setAdvantageShift(0.25)
                    .setAdvantageDivisor(0.5)
                    .build());
        }
        return send(
                log.topics().batches(),
                Integer.toString(batch),
                Records.batch(batch, entries).build());
    }

    static String id(int ordinal) {
        return "p" + ordinal + "@" + ordinal;
    }

    /** Writes an assignment of a prompt with its answers and its complete group. */
    RecordRef group(int prompt, int ordinal, long version, GroupVerdict verdict) {
        String id = "p" + prompt + "@" + ordinal;
        assignment(id, version);
        List<GroupMember> members = new ArrayList<>();
        for (int sample = 0; sample < 2; sample++) {
            RecordRef answer = answer(id, sample, version);
            long newest = version + sample;
            send(
                    log.topics().scored(),
                    id,
                    Records.scored(id, sample)
                            .setTrajectory(answer)
                            .setReward((double) sample)
                            .setOldestVersion(version)
                            .setNewestVersion(newest)
                            .setComponents(List.of(RewardComponent.newBuilder()
                                    .setName("rule")
                                    .setValue((double) sample)
                                    .setExtracted("Ghent " + sample)
                                    .setReason("compared")
                                    .build()))
                            .build());
            members.add(Records.member(sample)
                    .setTrajectory(answer)
                    .setOldestVersion(version)
                    .setNewestVersion(newest)
                    .build());
        }
        return send(
                verdict == GroupVerdict.TRAINABLE
                        ? log.topics().groups()
                        : log.topics().rejectedGroups(),
                id,
                Records.group(id)
                        .setMembers(members)
                        .setVerdict(verdict)
                        .setMeanReward(0.5)
                        .build());
    }

    void assignment(String id, long version) {
        send(
                log.topics().assignments(),
                id,
                Records.assignment(id).setAdmittedVersion(version).build());
    }

    /** Writes an answer of three tokens: all by {@code version}, or in odd samples the last one by the next version. */
    RecordRef answer(String id, int sample, long version) {
        return send(
                log.topics().trajectories(),
                id,
                Records.trajectory(id, sample)
                        .setRun(sampler)
                        .setVersions(
                                sample % 2 == 0
                                        ? List.of(new VersionRun(version, 3))
                                        : List.of(new VersionRun(version, 2), new VersionRun(version + 1, 1)))
                        .build());
    }

    @Override
    public void close() {
        producer.close();
    }
}
