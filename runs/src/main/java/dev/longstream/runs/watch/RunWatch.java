package dev.longstream.runs.watch;

import dev.longstream.evaluation.EvaluationRole;
import dev.longstream.log.EventLog;
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

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Looks at a run's log while the roles work: tells how far it is, and when it stands still. One thread uses it. */
public final class RunWatch implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final long ROUNDS_OF_REJECTION = 20;
    private static final Duration BETWEEN_ENDS = Duration.ofSeconds(5);

    private final EventLog log;
    private final RunConfig config;
    private final Progress progress;
    private final UsageClock usage;
    private final TopicReader<Step> steps;
    private final TopicReader<Control> control;
    private final Admin admin;
    private final StepSummary summary;
    private final StallWatch stall;
    private Instant endsSeen = Instant.MIN;
    private final TopicReader<Group> rejected;
    private final long trainPrompts;
    private final RejectionStreak streak = new RejectionStreak();
    private boolean paused;
    private boolean stopAsked;
    private boolean drained;

    /** @param trainPrompts training prompts of the run */
    public RunWatch(EventLog log, RunConfig config, Progress progress, UsageClock usage, long trainPrompts) {
        this.log = log;
        this.config = config;
        this.progress = progress;
        this.usage = usage;
        this.steps = new TopicReader<>(log, log.topics().steps());
        this.control = new TopicReader<>(log, log.topics().control());
        this.rejected = new TopicReader<>(log, log.topics().rejectedGroups());
        this.trainPrompts = trainPrompts;
        this.admin = log.admin();
        this.summary = new StepSummary(config.totalSteps());
        this.stall = new StallWatch(config.stallAfter());
        // Before any rejected group is counted: those of earlier processes are older than their steps.
        TopicReader.readAll(log, log.topics().steps(), record -> streak.step(record.timestamp()));
        progress.begin("steps", config.totalSteps());
    }

    /** Whether everything is trained and evaluated, or all that was admitted before somebody said stop. */
    public boolean over(Role trainer, Role evaluation) {
        return drained || trainer.finished() && evaluation.finished();
    }

    /** Waits a moment for the next step, and looks; an evaluation under way is told of. */
    public void look(Role trainer, EvaluationRole evaluation) {
        rejected.poll(Duration.ZERO, record -> streak.rejected(record.timestamp()));
        steps.poll(PATIENCE, record -> {
            summary.add(record.value());
            streak.step(record.timestamp());
        });
        control.poll(Duration.ZERO, record -> obey(record.value().getCommand()));
        progress.at(summary.version(), words(evaluation.underWay()));
        usage.keep();
        refuseToLearnNothing();
        Instant now = Instant.now();
        if (Duration.between(endsSeen, now).compareTo(BETWEEN_ENDS) >= 0) {
            endsSeen = now;
            lookAtEnds(now, trainer);
        }
    }

    private String words(String evaluation) {
        return (paused ? "(paused) " : "")
                + summary.words()
                + (streak.length() <= config.batchSize()
                        ? ""
                        : "  " + streak.length() + " groups in a row without a difference in reward")
                + (evaluation.isEmpty() ? "" : "  (" + evaluation + ")");
    }

    /** Refilling for ever is no progress: the whole of a phase was tried and nothing can be learnt from any of it. */
    private void refuseToLearnNothing() {
        boolean waitsForMore = !stopAsked; // what a replay rejects comes at once, before its first step
        if (waitsForMore && streak.length() > Math.max(trainPrompts, ROUNDS_OF_REJECTION * config.batchSize())) {
            throw new RunStalledException("The last " + streak.length()
                    + " groups had nothing to learn from: all answers to a question had the"
                    + " same reward. The policy answers all or none of the questions of these lengths; see"
                    + " 'longstream inspect groups.rejected' and 'longstream inspect trajectories', and try a"
                    + " warm-up, other lengths, or a larger group-size.");
        }
    }

    private void obey(ControlCommand command) {
        switch (command) {
            case PAUSE -> paused = true;
            case RESUME -> paused = false;
            case STOP -> stopAsked = true;
            default -> {}
        }
    }

    private void lookAtEnds(Instant now, Role trainer) {
        Map<String, Long> ends = new LinkedHashMap<>();
        EndOffsets.of(log, admin).forEach(end -> ends.put(end.topic().name(), end.total()));
        if (stopAsked) {
            drained = PipelineState.of(log, config.batchSize()).drained();
        }
        boolean waits = paused || stopAsked || trainer.finished(); // the last evaluation may take long
        if (stall.stalled(now, ends) && !waits) {
            throw new RunStalledException(
                    "Nothing has moved for " + config.stallAfter().toSeconds() + " s (stall-after). "
                            + PipelineState.of(log, config.batchSize()).words() + "\n" + stall.describe(now));
        }
    }

    @Override
    public void close() {
        steps.close();
        control.close();
        rejected.close();
        admin.close();
    }
}
