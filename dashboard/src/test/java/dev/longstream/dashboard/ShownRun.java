package dev.longstream.dashboard;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.RecordRef;
import dev.longstream.record.RetrospectiveDraw;
import dev.longstream.record.RewardComponent;
import dev.longstream.record.VersionRun;
import dev.longstream.testing.Records;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the log of a run by hand: each step trains one group of two answers, and one group beside it is rejected. */
final class ShownRun implements AutoCloseable {
    /** A text that would be markup if the page did not set it as text. */
    static final String HOSTILE = "<img src=x onerror=\"document.title='broken'\">";

    private final EventLog log;
    private final KafkaProducer<String, SpecificRecord> producer;
    private long ordinal;

    ShownRun(EventLog log) {
        this.log = log;
        this.producer = log.producer(Map.of());
    }

    /** Begins the run and evaluates version 0. */
    ShownRun begin() throws Exception {
        send(
                log.topics().control(),
                "run",
                Records.control(ControlCommand.START).setPrompts(9L).build());
        send(log.topics().evaluations(), "0", Records.evaluation(0, 0.25).build());
        send(log.topics().weights(), "0", Records.weights(0).build());
        return this;
    }

    /** Writes the steps that make versions {@code from} to {@code to}, both inclusive. */
    ShownRun steps(int from, int to) throws Exception {
        for (int version = from; version <= to; version++) {
            BatchGroup trained = group(version - 1, GroupVerdict.TRAINABLE);
            group(version - 1, GroupVerdict.UNIFORM_REWARD);
            RecordRef batch = send(
                    log.topics().batches(),
                    Integer.toString(version - 1),
                    Records.batch(version - 1, List.of(trained)).build());
            send(
                    log.topics().steps(),
                    Integer.toString(version),
                    Records.step(version)
                            .setBatchRecord(batch)
                            .setSeconds(Map.of("wait", 0.5, "forward-backward", 1.5))
                            .setFinishedAt(Instant.ofEpochSecond(1000 + 2L * version))
                            .build());
            send(
                    log.topics().weights(),
                    Integer.toString(version),
                    Records.weights(version).build());
        }
        return this;
    }

    private BatchGroup group(int version, GroupVerdict verdict) throws Exception {
        String promptId = "p" + ordinal;
        String id = promptId + "@" + ordinal;
        boolean trainable = verdict == GroupVerdict.TRAINABLE;
        send(
                log.topics().prompts(),
                promptId,
                Records.prompt(promptId)
                        .setSource("test:" + ordinal)
                        .setSplit("train")
                        .build());
        send(
                log.topics().assignments(),
                id,
                Records.assignment(id)
                        .setAdmittedVersion(version)
                        .setRetrospective(trainable ? null : new RetrospectiveDraw(0.125, 0.5, 4, 7L))
                        .build());
        List<GroupMember> members = new ArrayList<>();
        for (int sample = 0; sample < 2; sample++) {
            double reward = trainable ? sample : 0;
            RecordRef answer = send(
                    log.topics().trajectories(),
                    id,
                    Records.trajectory(id, sample)
                            .setPromptTokens(sample == 0 ? List.of(7, 12, 9) : null)
                            .setTokens(List.of(7, 12, 9))
                            .setText(HOSTILE)
                            .setVersions(List.of(new VersionRun((long) version, 3)))
                            .build());
            send(
                    log.topics().scored(),
                    id,
                    Records.scored(id, sample)
                            .setTrajectory(answer)
                            .setReward(reward)
                            .setOldestVersion(version)
                            .setNewestVersion(version)
                            .setComponents(
                                    List.of(new RewardComponent("rule", reward, HOSTILE, "compared with the gold")))
                            .build());
            members.add(Records.member(sample)
                    .setTrajectory(answer)
                    .setReward(reward)
                    .setAdvantage(trainable ? sample - 0.5 : 0)
                    .setOldestVersion(version)
                    .setNewestVersion(version)
                    .build());
        }
        RecordRef group = send(
                trainable ? log.topics().groups() : log.topics().rejectedGroups(),
                id,
                Records.group(id)
                        .setMembers(members)
                        .setVerdict(verdict)
                        .setMeanReward(trainable ? 0.5 : 0)
                        .build());
        ordinal++;
        return Records.batchGroup(id).setGroup(group).build();
    }

    private <V extends SpecificRecord> RecordRef send(Topic<V> topic, String key, V value) throws Exception {
        RecordMetadata written =
                producer.send(new ProducerRecord<>(topic.name(), key, value)).get();
        return new RecordRef(written.partition(), written.offset());
    }

    @Override
    public void close() {
        producer.close();
    }
}
