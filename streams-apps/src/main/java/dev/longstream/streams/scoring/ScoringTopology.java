package dev.longstream.streams.scoring;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topics;
import dev.longstream.record.Difficulty;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Trajectory;
import dev.longstream.topology.Located;
import dev.longstream.topology.StageTopology;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/** Trajectories in, rewards out. */
public final class ScoringTopology {
    public static final String STAGE = "scoring";

    private ScoringTopology() {}

    /**
     * <pre>
     * trajectories ─► keep-first ─► score ─┬─► scored
     *      │              │           │    └─ with-reward ─ by-prompt ─► update-difficulty ─► difficulty
     *      └──────────────┴───────────┴─────► dead-letters
     * </pre>
     *
     * @param configDigest SHA-256 of the resolved configuration, kept in every score
     */
    public static Topology build(EventLog log, ScoringConfig config, String configDigest) {
        return build(log, new RuleOnly(config), configDigest);
    }

    static Topology build(EventLog log, Reward reward, String configDigest) {
        Topics topics = log.topics();
        StageTopology stage = new StageTopology(log, STAGE);
        stage.store(KeepFirst.SEEN, Serdes.String(), Serdes.Long());
        stage.store(UpdateDifficulty.STORE, Serdes.String(), stage.serde(topics.difficulty()));

        KStream<String, Located<Trajectory>> trajectories = stage.read(topics.trajectories(), Trajectory::getGroupId);
        KStream<String, Located<Trajectory>> first = stage.accepted(
                "keep-first", trajectories.process(KeepFirst::new, Named.as("keep-first"), KeepFirst.SEEN));
        KStream<String, ScoredTrajectory> scored = stage.accepted(
                "score", first.process(() -> new ScoreTrajectory(reward, configDigest), Named.as("score")));
        stage.write(scored, topics.scored());

        KStream<String, Difficulty> difficulty = scored.filter(
                        (group, score) -> score.getReward() != null, Named.as("with-reward"))
                .selectKey((group, score) -> score.getPromptId(), Named.as("by-prompt"))
                .repartition(stage.repartitioned("rewards-by-prompt", stage.serde(topics.scored())))
                .process(UpdateDifficulty::new, Named.as("update-difficulty"), UpdateDifficulty.STORE);
        stage.write(difficulty, topics.difficulty());
        return stage.build();
    }
}
