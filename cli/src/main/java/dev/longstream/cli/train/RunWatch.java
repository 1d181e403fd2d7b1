package dev.longstream.cli.train;

import dev.longstream.cli.CommandException;
import dev.longstream.cli.ExitCode;
import dev.longstream.cli.config.RunConfig;
import dev.longstream.cli.log.TopicEnds;
import dev.longstream.cli.progress.PipelineState;
import dev.longstream.cli.progress.Progress;
import dev.longstream.cli.progress.StallWatch;
import dev.longstream.cli.progress.StepSummary;
import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Step;
import org.apache.kafka.clients.admin.Admin;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Looks at a run's log while the roles work: tells how far it is, and when it stands still. One thread uses it. */
final class RunWatch implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(500);
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
    private boolean paused;
    private boolean stopAsked;
    private boolean drained;

    RunWatch(EventLog log, RunConfig config, Progress progress, UsageClock usage) {
        this.log = log;
        this.config = config;
        this.progress = progress;
        this.usage = usage;
        this.steps = new TopicReader<>(log, log.topics().steps());
        this.control = new TopicReader<>(log, log.topics().control());
        this.admin = log.admin();
        this.summary = new StepSummary(config.totalSteps());
        this.stall = new StallWatch(config.stallAfter());
        progress.begin("steps", config.totalSteps());
    }

    /** Whether everything is trained and evaluated, or all that was admitted before somebody said stop. */
    boolean over(Role trainer, Role evaluation) {
        return drained || trainer.finished() && evaluation.finished();
    }

    /** Waits a moment for the next step, and looks. */
    void look(Role trainer) {
        steps.poll(PATIENCE, record -> summary.add(record.value()));
        control.poll(Duration.ZERO, record -> obey(record.value().getCommand()));
        progress.at(summary.version(), (paused ? "(paused) " : "") + summary.words());
        usage.keep();
        Instant now = Instant.now();
        if (Duration.between(endsSeen, now).compareTo(BETWEEN_ENDS) >= 0) {
            endsSeen = now;
            lookAtEnds(now, trainer);
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
        TopicEnds.of(log, admin).forEach(end -> ends.put(end.topic().name(), end.total()));
        if (stopAsked) {
            drained = PipelineState.of(log, config.batchSize()).drained();
        }
        boolean waits = paused || stopAsked || trainer.finished(); // the last evaluation may take long
        if (stall.stalled(now, ends) && !waits) {
            throw new CommandException(
                    ExitCode.STALLED,
                    "Nothing has moved for " + config.stallAfter().toSeconds() + " s (stall-after). "
                            + PipelineState.of(log, config.batchSize()).words() + "\n" + stall.describe(now));
        }
    }

    @Override
    public void close() {
        steps.close();
        control.close();
        admin.close();
    }
}
