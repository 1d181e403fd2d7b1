package dev.longstream.streams.curriculum;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topics;
import dev.longstream.record.Assignment;
import dev.longstream.record.Control;
import dev.longstream.streams.topology.Filling;
import dev.longstream.streams.topology.Located;
import dev.longstream.streams.topology.StageTopology;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The stage that decides which prompt is attempted next. */
public final class CurriculumTopology {
    /** Name of the stage. */
    public static final String STAGE = "curriculum";

    private CurriculumTopology() {}

    /**
     * Builds the topology.
     *
     * <pre>
     * prompts ─────────┐
     * control ─────────┤
     * steps ───────────┤
     * groups.rejected ─┼─► admit-prompts ─┬─► assignments
     * difficulty ──────┤        │         └─► control (a phase or the run has ended)
     * evaluations ─────┘        └─► dead-letters
     * </pre>
     *
     * @param configDigest SHA-256 of the resolved configuration, stored in every command that the stage writes
     * @param written assignments and commands on the log
     */
    public static Topology build(EventLog log, CurriculumConfig config, String configDigest, WrittenDecisions written) {
        Topics topics = log.topics();
        StageTopology stage = new StageTopology(log, STAGE);
        stage.store(AdmitPrompts.PROMPTS, Serdes.Long(), stage.serde(topics.prompts()));
        stage.store(AdmitPrompts.NUMBERS, Serdes.String(), Serdes.Long());
        stage.store(AdmitPrompts.REJECTED, Serdes.Long(), Serdes.Long());
        stage.store(AdmitPrompts.PROGRESS, Serdes.String(), Serdes.Long());
        stage.store(AdmitPrompts.DIFFICULTIES, Serdes.String(), Serdes.Double());
        stage.store(AdmitPrompts.FROZEN, Serdes.String(), Serdes.Double());

        KStream<String, Located<SpecificRecord>> prompts = stage.read(topics.prompts());
        KStream<String, Located<SpecificRecord>> control = stage.read(topics.control());
        KStream<String, Located<SpecificRecord>> steps = stage.read(topics.steps());
        KStream<String, Located<SpecificRecord>> rejected = stage.read(topics.rejectedGroups());
        KStream<String, Located<SpecificRecord>> difficulty = stage.read(topics.difficulty());
        KStream<String, Located<SpecificRecord>> evaluations = stage.read(topics.evaluations());
        KStream<String, SpecificRecord> decided = stage.accepted(
                "admit-prompts",
                prompts.merge(control, Named.as("and-control"))
                        .merge(steps, Named.as("and-steps"))
                        .merge(rejected, Named.as("and-rejected"))
                        .merge(difficulty, Named.as("and-difficulty"))
                        .merge(evaluations, Named.as("and-evaluations"))
                        .process(
                                () -> new AdmitPrompts(config, topics.run(), configDigest, written),
                                Named.as("admit-prompts"),
                                AdmitPrompts.PROMPTS,
                                AdmitPrompts.NUMBERS,
                                AdmitPrompts.REJECTED,
                                AdmitPrompts.PROGRESS,
                                AdmitPrompts.DIFFICULTIES,
                                AdmitPrompts.FROZEN));
        stage.write(only(Assignment.class, decided, "assignments-alone"), topics.assignments());
        stage.write(only(Control.class, decided, "commands-alone"), topics.control());
        return stage.build();
    }

    /** Returns the topics that prove that a store has content, by store. */
    public static Map<String, Filling> filledFrom(Topics topics) {
        return Map.of(
                AdmitPrompts.PROMPTS,
                Filling.byInput(topics.prompts(), AdmitPrompts::isTrained),
                AdmitPrompts.NUMBERS,
                Filling.beforeOutput(topics.assignments().name()),
                AdmitPrompts.PROGRESS,
                Filling.beforeOutput(topics.assignments().name()));
    }

    /** Returns the topics that the stage counts from their first record on. */
    public static Set<String> wholeTopics(Topics topics) {
        return Set.of(
                topics.prompts().name(),
                topics.control().name(),
                topics.assignments().name(),
                topics.rejectedGroups().name());
    }

    private static <V extends SpecificRecord> KStream<String, V> only(
            Class<V> type, KStream<String, SpecificRecord> decided, String step) {
        return decided.flatMapValues(
                value -> type.isInstance(value) ? List.of(type.cast(value)) : List.of(), Named.as(step));
    }
}
