package dev.longstream.runs.launch;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicAdmin;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.log.rights.Denials;
import dev.longstream.log.rights.RoleRights;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.failure.RunStalledException;
import dev.longstream.runs.folder.FilesOfRun;
import dev.longstream.runs.folder.RunFolder;
import dev.longstream.runs.judges.Judges;
import dev.longstream.runs.log.EndOffsets;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.log.RoleClaim;
import dev.longstream.runs.monitoring.Monitoring;
import dev.longstream.runs.process.Interruption;
import dev.longstream.runs.process.RoleEnd;
import dev.longstream.runs.replay.ReplaySource;
import dev.longstream.runs.shadows.Shadows;
import dev.longstream.runs.watch.RoleFailures;
import dev.longstream.runs.watch.StageInputs;
import dev.longstream.runs.watch.StallWatch;
import dev.longstream.runs.watch.UnansweredRequests;
import dev.longstream.streams.batching.BatchingTopology;
import dev.longstream.streams.grouping.GroupingTopology;
import dev.longstream.streams.scoring.ScoringTopology;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores, groups and batches the answers of another run again, and trains nothing: it needs neither a model nor weights. A replay
 * that trains can continue from what it has written.
 */
public final class AnswerReplay {
    private static final long CHECK_INTERVAL_MS = 100;
    /** Time between transactions: a run of three stages waits for three of them at its end, and each costs writes to the disk. */
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);

    private static final Duration BETWEEN_ENDS = Duration.ofSeconds(5);

    private final ResolvedConfig resolved;
    private final RunConfig config;
    private final String source;
    private final ReplayEnd until;
    private final Progress progress;

    /** Last topic that a replay without training writes. */
    public enum ReplayEnd {
        /** Rewards of the answers. */
        SCORED,
        /** Rewards, and groups with advantages. */
        GROUPS,
        /** Rewards, groups and batches. */
        BATCHES
    }

    /**
     * Result of a replay without training.
     *
     * @param run name of the replay
     * @param replayOf name of the replayed run
     * @param until last topic that was written
     * @param answers number of answers on the log
     * @param groupsKept number of groups that can be trained on; null: no groups were made
     * @param groupsRejected number of rejected groups; null: no groups were made
     * @param batches number of batches; null: none were made
     * @param copySeconds wall time of copying the answers
     * @param stageSeconds wall time of the stages, their start included; they work while the answers are copied
     */
    public record ReplayedAnswers(
            String run,
            String replayOf,
            ReplayEnd until,
            long answers,
            @Nullable Long groupsKept,
            @Nullable Long groupsRejected,
            @Nullable Long batches,
            double copySeconds,
            double stageSeconds) {}

    /**
     * Creates a replay.
     *
     * @param resolved configuration of the replay
     * @param source name of the run to replay
     * @param until last topic to write
     */
    public AnswerReplay(ResolvedConfig resolved, String source, ReplayEnd until, Progress progress) {
        this.resolved = resolved;
        this.config = resolved.config();
        this.source = source;
        this.until = until;
        this.progress = progress;
    }

    /**
     * Runs the stages until they have processed every answer.
     *
     * @throws dev.longstream.runs.failure.InterruptedRunException after Ctrl-C or SIGTERM
     * @throws RunStalledException if nothing moves for as long as {@code stall-after}
     */
    public ReplayedAnswers run() throws InterruptedException {
        if (source.equals(config.run())) {
            throw new WrongUseException("Run " + source + " cannot be its own replay; choose another name");
        }
        try (RunFolder folder = RunFolder.open(resolved);
                Interruption interruption = Interruption.watch();
                LogConnection open = LogConnection.forRun(config)) {
            EventLog log = open.log();
            folder.claim();
            new TopicAdmin(log, config.log().replication()).createAll();
            Shadows.configureQueues(config, log);
            try (@Nullable
                    RoleClaim ignored = config.log().bootstrap() == null ? null : SoleRole.trainer(log, interruption)) {
                ReplaySource answers = new ReplaySource(source, log, config.dir(), progress);
                answers.requireAnswers();
                Roles roles = new Roles(
                        folder.resolved(), log, FilesOfRun.inFolder(config, log.topics()), Monitoring.none(resolved));
                return result(log, follow(log, answers, roles.replayingWith(COMMIT_INTERVAL), interruption));
            }
        } catch (RuntimeException e) {
            throw Denials.explained(
                    e, String.valueOf(config.log().bootstrap()), RoleRights.TRAIN, Judges.rights(config));
        }
    }

    /** Number of copied answers, and the times of {@link ReplayedAnswers}. */
    private record Followed(long answers, double copySeconds, double stageSeconds) {}

    /** Runs the stages, copies the answers while they start, and waits until all are processed. */
    private Followed follow(EventLog log, ReplaySource source, Roles roles, Interruption interruption)
            throws InterruptedException {
        boolean judged = Judges.mayAsk(config);
        List<Role> all = new ArrayList<>(stages(roles));
        if (judged) {
            all.add(roles.judge());
        }
        try (StageInputs inputs = new StageInputs(log, inputs(log.topics(), judged));
                @Nullable UnansweredRequests requests = judged ? new UnansweredRequests(log) : null;
                Admin admin = log.admin()) {
            long begun = System.nanoTime();
            all.forEach(Role::start);
            long started = System.nanoTime();
            long answers = source.copyAnswers();
            double copySeconds = secondsSince(started);
            StallWatch stall = new StallWatch(config.stallAfter());
            long looked = System.nanoTime();
            while (!isDone(inputs, requests)) {
                interruption.refuse();
                all.forEach(RoleFailures::refuse);
                if (System.nanoTime() - looked >= BETWEEN_ENDS.toNanos()) {
                    looked = System.nanoTime();
                    requireMovement(log, admin, stall);
                }
                Thread.sleep(CHECK_INTERVAL_MS);
            }
            return new Followed(answers, copySeconds, secondsSince(begun));
        } finally {
            RoleEnd.close(all);
        }
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    private List<Role> stages(Roles roles) {
        return switch (until) {
            case SCORED -> List.of(roles.scoring());
            case GROUPS -> List.of(roles.scoring(), roles.grouping());
            case BATCHES -> List.of(roles.scoring(), roles.grouping(), roles.batching());
        };
    }

    private Map<String, List<Topic<?>>> inputs(Topics topics, boolean judged) {
        Map<String, List<Topic<?>>> inputs = new LinkedHashMap<>();
        inputs.put(
                ScoringTopology.STAGE,
                judged ? List.of(topics.trajectories(), topics.verdicts()) : List.of(topics.trajectories()));
        if (until != ReplayEnd.SCORED) {
            inputs.put(GroupingTopology.STAGE, List.of(topics.scored()));
        }
        if (until == ReplayEnd.BATCHES) {
            inputs.put(BatchingTopology.STAGE, List.of(topics.groups(), topics.rejectedGroups()));
        }
        return inputs;
    }

    /**
     * Returns whether the stages have processed their inputs and the judge has answered. The inputs are looked at once more after the
     * requests, because a verdict in between makes scoring write another score.
     */
    private static boolean isDone(StageInputs inputs, @Nullable UnansweredRequests requests) {
        return inputs.areProcessed() && (requests == null || (requests.count() == 0 && inputs.areProcessed()));
    }

    private void requireMovement(EventLog log, Admin admin, StallWatch stall) {
        Map<String, Long> moving = new LinkedHashMap<>();
        EndOffsets.of(log, admin).forEach(end -> moving.put(end.topic().name(), end.total()));
        if (stall.stalled(System.nanoTime(), moving)) {
            throw new RunStalledException("No topic has received a record for "
                    + config.stallAfter().toSeconds() + " s (stall-after), and not all answers of run " + source
                    + " are processed\n" + stall.describe());
        }
    }

    private ReplayedAnswers result(EventLog log, Followed followed) {
        Topics topics = log.topics();
        boolean grouped = until != ReplayEnd.SCORED;
        return new ReplayedAnswers(
                config.run(),
                source,
                until,
                followed.answers(),
                grouped ? count(log, topics.groups()) : null,
                grouped ? count(log, topics.rejectedGroups()) : null,
                until == ReplayEnd.BATCHES ? count(log, topics.batches()) : null,
                followed.copySeconds(),
                followed.stageSeconds());
    }

    private static <V extends SpecificRecord> Long count(EventLog log, Topic<V> topic) {
        long[] records = {0};
        TopicReader.readAll(log, topic, record -> records[0]++);
        return records[0];
    }
}
