package dev.longstream.streams.scoring;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topics;
import dev.longstream.record.Difficulty;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Verdict;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.topology.Filling;
import dev.longstream.streams.topology.Located;
import dev.longstream.streams.topology.StageTopology;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The stage that turns trajectories into scores and difficulties. */
public final class ScoringTopology {
    /** Name of the stage. */
    public static final String STAGE = "scoring";

    private static final String REWARDS = "rewards-by-prompt";

    private ScoringTopology() {}

    /**
     * Builds the topology.
     *
     * <pre>
     * trajectories ─► keep-first ─► score ─┬─ final-scores ───────────────────────────┬─► scored
     *      │              │           │    └─ questions ─ by-request ─► ask-once ──────┤    └─ with-reward ─ by-prompt
     *      └──────────────┴───────────┤                                   │           │            ─► update-difficulty
     *                                 ▼                                   ▼           │            ─► difficulty
     *                            dead-letters                      judge-requests     │
     *                                                     verdicts ─► apply-verdict ──┘
     * </pre>
     *
     * The steps about requests and verdicts exist only with a judge. A score that depends on a verdict waits for it in
     * a store; every other score passes. A shadow has no difficulties: the run's decide what is sampled.
     *
     * <p>A shadow leaves the answers alone that the run itself scores by the shadow's reward, since its promotion.
     *
     * @param rules rewards of the answers
     * @param configDigest SHA-256 of the resolved configuration, stored in every score
     * @param finished returns the ordinal up to which every group is finished; −1 without one
     */
    public static Topology build(EventLog log, ScoringRules rules, String configDigest, LongSupplier finished) {
        Topics topics = log.topics();
        StageTopology stage = new StageTopology(log, STAGE);
        RecordSize size = new RecordSize(stage, topics);
        stage.store(KeepFirst.SEEN, Serdes.String(), Serdes.Long());

        KStream<String, Located<Trajectory>> trajectories = stage.read(topics.trajectories(), Trajectory::getGroupId);
        if (topics.areShadows()) {
            trajectories = trajectories.filterNot(
                    (group, answer) -> isScoredByTheRun(answer.value(), topics.shadow()), Named.as("not-promoted"));
        }
        KStream<String, Located<Trajectory>> first = stage.accepted(
                "keep-first",
                trajectories.process(() -> new KeepFirst(finished), Named.as("keep-first"), KeepFirst.SEEN));
        KStream<String, TrajectoryScore> scores = stage.accepted(
                "score", first.process(() -> new ScoreTrajectory(rules, configDigest, size), Named.as("score")));
        KStream<String, ScoredTrajectory> scored = scores.flatMapValues(
                score -> score.judgeRequest() == null ? List.of(score.scored()) : List.of(), Named.as("final-scores"));
        if (rules.askAJudge()) {
            scored = scored.merge(judged(stage, topics, scores, rules), Named.as("all-scores"));
        }
        stage.write(scored, topics.scored());
        if (!topics.areShadows()) {
            writeDifficulties(stage, topics, scored, rules);
        }
        return stage.build();
    }

    /** Builds the topology of a stage that scores every answer by one reward; {@code judge} is null without a judge. */
    public static Topology build(
            EventLog log,
            ScoringConfig config,
            @Nullable AskedJudge judge,
            String configDigest,
            LongSupplier finished) {
        return build(log, ScoringRules.alone(config, judge), configDigest, finished);
    }

    private static boolean isScoredByTheRun(Trajectory answer, String shadow) {
        return answer.getPromoted() != null && answer.getPromoted().getShadow().equals(shadow);
    }

    private static void writeDifficulties(
            StageTopology stage, Topics topics, KStream<String, ScoredTrajectory> scored, ScoringRules rules) {
        stage.store(UpdateDifficulty.STORE, Serdes.String(), stage.serde(topics.difficulty()));
        KStream<String, Difficulty> difficulty = scored.filter(
                        (group, score) -> score.getReward() != null, Named.as("with-reward"))
                .selectKey((group, score) -> score.getPromptId(), Named.as("by-prompt"))
                .repartition(stage.repartitioned(REWARDS, stage.serde(topics.scored())))
                .process(() -> new UpdateDifficulty(rules), Named.as("update-difficulty"), UpdateDifficulty.STORE);
        stage.write(difficulty, topics.difficulty());
    }

    /**
     * Returns the topics that prove that a store has content, by store. The store of scores that wait for a verdict is left out:
     * in a replay every verdict may be known before.
     *
     * @param judged whether the stage asks a judge
     */
    public static Map<String, Filling> filledFrom(Topics topics, boolean judged) {
        Map<String, Filling> filled = new HashMap<>();
        filled.put(KeepFirst.SEEN, Filling.beforeOutput(topics.scored().name()));
        if (!topics.areShadows()) {
            filled.put(
                    UpdateDifficulty.STORE,
                    Filling.byInput(topics.application(STAGE) + "-" + REWARDS + "-repartition"));
        }
        if (judged) {
            filled.put(VerdictStores.KNOWN, Filling.byInput(topics.verdicts().name()));
        }
        return filled;
    }

    /**
     * Returns the scores that needed a verdict, by group id. Requests and verdicts are partitioned by request key, so
     * that they meet in one task.
     */
    private static KStream<String, ScoredTrajectory> judged(
            StageTopology stage, Topics topics, KStream<String, TrajectoryScore> scores, ScoringRules rules) {
        stage.store(VerdictStores.KNOWN, Serdes.String(), stage.serde(topics.verdicts()));
        stage.store(VerdictStores.WAITING, Serdes.String(), stage.serde(topics.scored()));

        KStream<String, JudgeStep> steps = scores.flatMapValues(
                        score -> score.judgeRequest() == null ? List.<JudgeRequest>of() : List.of(score.judgeRequest()),
                        Named.as("questions"))
                .selectKey((group, request) -> request.getKey(), Named.as("by-request"))
                .repartition(stage.repartitioned("questions-by-request", stage.serde(topics.judgeRequests()))
                        .withNumberOfPartitions(topics.verdicts().partitions()))
                .process(() -> new AskOnce(rules), Named.as("ask-once"), VerdictStores.KNOWN, VerdictStores.WAITING);
        stage.write(
                steps.flatMapValues(step -> oneOrNone(step.request()), Named.as("not-asked-before")),
                topics.judgeRequests());

        KStream<String, Located<Verdict>> verdicts = stage.read(topics.verdicts(), Verdict::getKey);
        return steps.flatMapValues(step -> oneOrNone(step.score()), Named.as("known-before"))
                .merge(
                        verdicts.process(
                                () -> new ApplyVerdict(rules),
                                Named.as("apply-verdict"),
                                VerdictStores.KNOWN,
                                VerdictStores.WAITING),
                        Named.as("judged-scores"));
    }

    private static <V> List<V> oneOrNone(@Nullable V value) {
        return value == null ? List.of() : List.of(value);
    }
}
