package dev.longstream.streams;

import dev.longstream.log.EventLog;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.batching.BatchingConfig;
import dev.longstream.streams.batching.BatchingTopology;
import dev.longstream.streams.curriculum.CurriculumConfig;
import dev.longstream.streams.curriculum.CurriculumTopology;
import dev.longstream.streams.curriculum.WrittenDecisions;
import dev.longstream.streams.grouping.GroupingTopology;
import dev.longstream.streams.grouping.WrittenGroups;
import dev.longstream.streams.scoring.ScoringRules;
import dev.longstream.streams.scoring.ScoringTopology;
import dev.longstream.streams.topology.WrittenRecords;
import org.jspecify.annotations.Nullable;

import java.util.Set;

/**
 * Creates the stages as roles, ready to start. Their topics must exist and their schemas must be registered.
 * {@code configDigest} is the SHA-256 of the resolved configuration; a stage stores it in the records that it writes.
 */
public final class Stages {
    private Stages() {}

    /** Creates the stage that assigns prompts. */
    public static StageRole curriculum(
            EventLog log, CurriculumConfig config, String configDigest, StreamsRuntime runtime) {
        return new StreamsRole(
                CurriculumTopology.STAGE,
                log,
                CurriculumTopology.build(log, config, configDigest, WrittenDecisions.on(log)),
                CurriculumTopology.filledFrom(log.topics()),
                CurriculumTopology.wholeTopics(log.topics()),
                runtime,
                null);
    }

    /**
     * Creates the stage that scores every trajectory by one reward.
     *
     * @param judge the judge that scoring sends answers to; null: none
     */
    public static StageRole scoring(
            EventLog log,
            ScoringConfig config,
            @Nullable AskedJudge judge,
            String configDigest,
            StreamsRuntime runtime) {
        return scoring(log, ScoringRules.alone(config, judge), configDigest, runtime);
    }

    /** Creates the stage that scores trajectories, each by the reward that it names. */
    public static StageRole scoring(EventLog log, ScoringRules rules, String configDigest, StreamsRuntime runtime) {
        RetentionPoint retention = new RetentionPoint(log, ScoringTopology.STAGE);
        return new StreamsRole(
                ScoringTopology.STAGE,
                log,
                ScoringTopology.build(log, rules, configDigest, retention),
                ScoringTopology.filledFrom(log.topics(), rules.askAJudge()),
                Set.of(),
                runtime,
                retention);
    }

    /** Creates the stage that forms groups with advantages. */
    public static StageRole grouping(
            EventLog log, PhaseAdvantages config, String configDigest, StreamsRuntime runtime) {
        RetentionPoint retention = new RetentionPoint(log, GroupingTopology.STAGE);
        return new StreamsRole(
                GroupingTopology.STAGE,
                log,
                GroupingTopology.build(log, config, configDigest, retention, WrittenGroups.on(log)),
                GroupingTopology.filledFrom(log.topics()),
                Set.of(),
                runtime,
                retention);
    }

    /** Creates the stage that fills batches. */
    public static StageRole batching(EventLog log, BatchingConfig config, String configDigest, StreamsRuntime runtime) {
        return new StreamsRole(
                BatchingTopology.STAGE,
                log,
                BatchingTopology.build(
                        log,
                        config,
                        configDigest,
                        WrittenRecords.to(log, log.topics().batches())),
                BatchingTopology.filledFrom(log.topics()),
                Set.of(),
                runtime,
                null);
    }
}
