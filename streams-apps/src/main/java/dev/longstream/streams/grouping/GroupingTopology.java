package dev.longstream.streams.grouping;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topics;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.topology.Filling;
import dev.longstream.streams.topology.Located;
import dev.longstream.streams.topology.StageTopology;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The stage that turns scores into groups with advantages. */
public final class GroupingTopology {
    /** Name of the stage. */
    public static final String STAGE = "grouping";

    private GroupingTopology() {}

    /**
     * Builds the topology.
     *
     * <pre>
     * scored ─► collect-group ─┬─ (rewards differ) ──────────────────────────► groups
     *    │           │         └─ (rewards all equal, or fewer than two) ────► groups.rejected
     *    └───────────┴─► dead-letters
     * </pre>
     *
     * @param configDigest SHA-256 of the resolved configuration, stored in every group
     * @param finished returns the ordinal up to which every group is finished; −1 without one
     * @param written groups on the log
     */
    public static Topology build(
            EventLog log, PhaseAdvantages config, String configDigest, LongSupplier finished, WrittenGroups written) {
        Topics topics = log.topics();
        StageTopology stage = new StageTopology(log, STAGE);
        stage.store(CollectGroup.STORE, Serdes.String(), scores(stage.serde(topics.scored())));

        KStream<String, Located<ScoredTrajectory>> scored = stage.read(topics.scored(), ScoredTrajectory::getGroupId);
        KStream<String, Group> groups = stage.accepted(
                "collect-group",
                scored.process(
                        () -> new CollectGroup(config, configDigest, finished, written),
                        Named.as("collect-group"),
                        CollectGroup.STORE));
        groups.split(Named.as("group-"))
                .branch(
                        (id, group) -> group.getVerdict() == GroupVerdict.TRAINABLE,
                        Branched.withConsumer(trainable -> stage.write(trainable, topics.groups()), "trainable"))
                .defaultBranch(
                        Branched.withConsumer(rejected -> stage.write(rejected, topics.rejectedGroups()), "rejected"));
        return stage.build();
    }

    /** Returns the topics that prove that a store has content, by store. */
    public static Map<String, Filling> filledFrom(Topics topics) {
        return Map.of(CollectGroup.STORE, Filling.byInput(topics.scored().name()));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Kafka's list serde takes the raw class
    private static Serde<List<ScoredTrajectory>> scores(Serde<ScoredTrajectory> score) {
        return (Serde) Serdes.ListSerde(ArrayList.class, score);
    }
}
