package dev.longstream.runs.watch;

import dev.longstream.evaluation.EvaluationRole;
import dev.longstream.failure.UnreachableException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Role;
import dev.longstream.log.TopicReader;
import dev.longstream.progress.Progress;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Group;
import dev.longstream.record.Step;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.failure.RunStalledException;
import dev.longstream.runs.log.EndOffsets;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Watches a run's log while the roles work: shows its progress and detects a stall. Not thread-safe. */
public final class RunWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunWatch.class);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration BETWEEN_ENDS = Duration.ofSeconds(5);
    private static final Duration MAX_QUIET = Duration.ofMinutes(1);

    private final EventLog log;
    private final RunConfig config;
    private final Progress progress;
    private final UsageClock usage;
    private final TopicReader<Step> steps;
    private final TopicReader<Control> control;
    private final Admin admin;
    private final StepSummary summary;
    private final StallWatch stall;
    private final AbandonedAssignments abandoned;
    private boolean swept;
    private final long openedAt = System.nanoTime();
    private Duration endsReadAt = BETWEEN_ENDS.negated();
    private final TopicReader<Group> rejected;
    private final long trainPrompts;
    private final RejectionStreak streak = new RejectionStreak();
    private PipelineState.@Nullable Follower pipeline;
    private boolean paused;
    private boolean stopRequested;
    private boolean drained;

    /**
     * Opens the topics that the watch reads.
     *
     * @param log log of the run
     * @param config configuration of the run
     * @param progress shows the steps
     * @param usage records time and memory of this process
     * @param trainPrompts number of the run's training prompts
     * @param configDigest SHA-256 of the resolved configuration
     */
    public RunWatch(
            EventLog log,
            RunConfig config,
            Progress progress,
            UsageClock usage,
            long trainPrompts,
            String configDigest) {
        this.log = log;
        this.config = config;
        this.progress = progress;
        this.usage = usage;
        this.steps = new TopicReader<>(log, log.topics().steps());
        this.control = new TopicReader<>(log, log.topics().control());
        this.rejected = new TopicReader<>(log, log.topics().rejectedGroups());
        this.trainPrompts = trainPrompts;
        this.admin = log.admin();
        this.abandoned = new AbandonedAssignments(log, admin, configDigest);
        this.summary = new StepSummary(config.totalSteps());
        this.stall = new StallWatch(config.stallAfter());
        // Steps first: rejected groups that are older than the last step of an earlier process do not count.
        TopicReader.readAll(log, log.topics().steps(), record -> streak.step(record.timestamp()));
        progress.begin("steps", config.totalSteps());
    }

    /**
     * Returns whether the run is finished: everything is trained and evaluated, or, after the command STOP, everything that
     * was admitted before it is trained.
     */
    public boolean over(Role trainer, Role evaluation) {
        return drained || (trainer.finished() && evaluation.finished());
    }

    /**
     * Reads what is new on the log, waiting briefly for a step, and updates the progress display.
     *
     * @param roles all roles of this process
     * @param evaluation shown while it evaluates a policy version
     * @throws RunStalledException if the run has stalled or learns nothing
     */
    public void look(List<Role> roles, Role trainer, EvaluationRole evaluation) {
        rejected.poll(Duration.ZERO, record -> streak.rejected(record.timestamp()));
        steps.poll(PATIENCE, record -> {
            summary.add(record.value());
            streak.step(record.timestamp());
        });
        control.poll(Duration.ZERO, record -> apply(record.value().getCommand()));
        progress.at(summary.version(), describe(evaluation.underWay()));
        usage.save();
        requireLearning();
        Duration now = Duration.ofNanos(System.nanoTime() - openedAt);
        if (now.minus(endsReadAt).compareTo(BETWEEN_ENDS) >= 0) {
            endsReadAt = now;
            lookAtEnds(roles, trainer);
        }
    }

    private String describe(String evaluation) {
        return (paused ? "(paused) " : "")
                + summary.words()
                + (streak.length() <= config.batchSize()
                        ? ""
                        : "  " + streak.length() + " groups in a row without a difference in reward")
                + (evaluation.isEmpty() ? "" : "  (" + evaluation + ")");
    }

    private void requireLearning() {
        boolean waitsForMore = !stopRequested; // a replay rejects all its groups at once, before its first step
        if (waitsForMore && streak.isHopeless(trainPrompts, config.batchSize())) {
            throw new RunStalledException(streak.advice());
        }
    }

    private void apply(ControlCommand command) {
        switch (command) {
            case PAUSE -> paused = true;
            case RESUME -> paused = false;
            case STOP -> stopRequested = true;
            default -> {}
        }
    }

    /** Looks at the ends of the topics and at the work of the roles, and throws where neither has moved for too long. */
    void lookAtEnds(List<Role> roles, Role trainer) {
        Map<String, Long> moving = new LinkedHashMap<>();
        EndOffsets.of(log, admin).forEach(end -> moving.put(end.topic().name(), end.total()));
        roles.forEach(role -> moving.put("work of " + role.name(), role.heartbeat()));
        if (stopRequested) {
            drained = pipeline().drained();
        }
        boolean stalled = stall.stalled(System.nanoTime(), moving);
        boolean quiet =
                stall.quiet().compareTo(min(MAX_QUIET, config.stallAfter().dividedBy(2))) >= 0;
        swept = quiet && (swept || failAbandoned());
        boolean waits = paused || stopRequested || trainer.finished(); // then no movement is normal
        if (stalled && !waits) {
            throw new RunStalledException("No topic has received a record, and no role has worked on one, for "
                    + config.stallAfter().toSeconds() + " s (stall-after). Due is "
                    + pipeline().describe() + "\n" + stall.describe());
        }
    }

    private boolean failAbandoned() {
        try {
            int unused = abandoned.fail(follower());
            return true;
        } catch (LogException | UnreachableException e) {
            LOG.warn("Abandoned assignments cannot be looked for now: {}", e.toString());
            return false;
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Returns how far the groups are; the first call reads the whole log, later ones what is new. */
    private PipelineState pipeline() {
        return follower().now();
    }

    private PipelineState.Follower follower() {
        if (pipeline == null) {
            pipeline = new PipelineState.Follower(log, config.batchSize());
        }
        return pipeline;
    }

    /** Returns whether the run is paused. */
    public boolean isPaused() {
        return paused;
    }

    /** Returns the number of groups that were rejected one after the other since the newest step. */
    public long rejectionStreak() {
        return streak.length();
    }

    @Override
    public void close() {
        if (pipeline != null) {
            pipeline.close();
        }
        steps.close();
        control.close();
        rejected.close();
        admin.close();
    }
}
