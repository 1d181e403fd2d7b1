package dev.longstream.streams.batching;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topics;
import dev.longstream.record.Batch;
import dev.longstream.record.Control;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.streams.topology.Checked;
import dev.longstream.streams.topology.Filling;
import dev.longstream.streams.topology.Located;
import dev.longstream.streams.topology.StageTopology;
import dev.longstream.streams.topology.WrittenRecords;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

import java.util.Map;

/** The stage that puts groups into batches. */
public final class BatchingTopology {
    /** Name of the stage. */
    public static final String STAGE = "batching";

    private static final String ARRIVALS = "arrivals";

    private BatchingTopology() {}

    /**
     * Builds the topology.
     *
     * <pre>
     * groups ──────────┐
     *                  ├─► note-arrival ─ (to one task) ─► fill-batches ─► batches
     * groups.rejected ─┘        │                               │
     *                           └─► dead-letters                │
     * control ──────────────────────────► begin-at-fork ────────┘
     * </pre>
     *
     * @param configDigest SHA-256 of the resolved configuration, stored in every batch
     * @param written batches on the log
     */
    public static Topology build(
            EventLog log, BatchingConfig config, String configDigest, WrittenRecords<Batch> written) {
        Topics topics = log.topics();
        StageTopology stage = new StageTopology(log, STAGE);
        stage.store(WaitingGroups.WAITING, Serdes.Long(), Arrival.serde());
        stage.store(WaitingGroups.NEXT, Serdes.String(), Serdes.Long());

        KStream<String, Located<Group>> groups = stage.read(topics.groups(), Group::getGroupId);
        KStream<String, Located<Group>> rejected = stage.read(topics.rejectedGroups(), Group::getGroupId);
        KStream<String, Arrival> arrivals = stage.accepted(
                "note-arrival",
                groups.merge(rejected, Named.as("and-rejected"))
                        .mapValues(group -> noteArrival(group, topics), Named.as("note-arrival")));

        KStream<String, Batch> batches = arrivals.repartition(
                        stage.repartitioned(ARRIVALS, Arrival.serde()).withNumberOfPartitions(1))
                .process(
                        () -> new FillBatches(config, configDigest, written),
                        Named.as("fill-batches"),
                        WaitingGroups.WAITING,
                        WaitingGroups.NEXT);
        KStream<String, Located<Control>> commands = stage.read(topics.control());
        KStream<String, Batch> afterFork = commands.process(
                () -> new BeginAtFork(config, configDigest, written),
                Named.as("begin-at-fork"),
                WaitingGroups.WAITING,
                WaitingGroups.NEXT);
        stage.write(batches.merge(afterFork, Named.as("and-after-fork")), topics.batches());
        return stage.build();
    }

    /** Returns the topics that prove that a store has content, by store. */
    public static Map<String, Filling> filledFrom(Topics topics) {
        return Map.of(
                WaitingGroups.WAITING,
                Filling.byInput(topics.application(STAGE) + "-" + ARRIVALS + "-repartition"),
                WaitingGroups.NEXT,
                Filling.beforeOutput(topics.batches().name()));
    }

    private static Checked<Arrival> noteArrival(Located<Group> located, Topics topics) {
        Group group = located.value();
        boolean trainable = group.getVerdict() == GroupVerdict.TRAINABLE;
        if (trainable != located.topic().equals(topics.groups().name())) {
            return Checked.refuse(located.refusal("verdict is " + group.getVerdict() + ", which belongs to "
                    + (trainable ? topics.groups() : topics.rejectedGroups()).name()));
        }
        if (group.getOrdinal() < 0) {
            return Checked.refuse(located.refusal("ordinal is " + group.getOrdinal() + ", must not be negative"));
        }
        return Checked.accept(Arrival.of(located));
    }
}
