package dev.longstream.streams.curriculum;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topics;
import dev.longstream.record.Assignment;
import dev.longstream.topology.Located;
import dev.longstream.topology.StageTopology;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/** What happens in a run in, what is to be attempted next out. */
public final class CurriculumTopology {
    public static final String STAGE = "curriculum";

    private CurriculumTopology() {}

    /**
     * <pre>
     * prompts ─────────┐
     * control ─────────┤
     * steps ───────────┼─► admit-prompts ─► assignments
     * groups.rejected ─┘        │
     *                           └─► dead-letters
     * </pre>
     *
     * @param configDigest SHA-256 of the resolved configuration
     */
    public static Topology build(EventLog log, CurriculumConfig config, String configDigest) {
        Topics topics = log.topics();
        StageTopology stage = new StageTopology(log, STAGE);
        stage.store(AdmitPrompts.PROMPTS, Serdes.Long(), stage.serde(topics.prompts()));
        stage.store(AdmitPrompts.NUMBERS, Serdes.String(), Serdes.Long());
        stage.store(AdmitPrompts.REJECTED, Serdes.Long(), Serdes.Long());
        stage.store(AdmitPrompts.PROGRESS, Serdes.String(), Serdes.Long());

        KStream<String, Located<SpecificRecord>> prompts = stage.read(topics.prompts());
        KStream<String, Located<SpecificRecord>> control = stage.read(topics.control());
        KStream<String, Located<SpecificRecord>> steps = stage.read(topics.steps());
        KStream<String, Located<SpecificRecord>> rejected = stage.read(topics.rejectedGroups());
        KStream<String, Assignment> assignments = stage.accepted(
                "admit-prompts",
                prompts.merge(control, Named.as("and-control"))
                        .merge(steps, Named.as("and-steps"))
                        .merge(rejected, Named.as("and-rejected"))
                        .process(
                                () -> new AdmitPrompts(config, configDigest),
                                Named.as("admit-prompts"),
                                AdmitPrompts.PROMPTS,
                                AdmitPrompts.NUMBERS,
                                AdmitPrompts.REJECTED,
                                AdmitPrompts.PROGRESS));
        stage.write(assignments, topics.assignments());
        return stage.build();
    }
}
