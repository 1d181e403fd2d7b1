package dev.longstream.runs.watch;

import dev.longstream.failure.UnreachableException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.Group;
import dev.longstream.record.Step;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.log.EndOffsets;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Watches a run on a cluster from the process of one of its roles. It says, each once, that the run learns nothing, that no
 * topic moves, and which records a stage refused. It ends nothing, since other processes may be at work.
 */
public final class ClusterWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

    private final EventLog log;
    private final RunConfig config;
    private final Consumer<String> say;
    private final Admin admin;
    private final TopicReader<Step> steps;
    private final TopicReader<Group> rejected;
    private final TopicReader<Control> control;
    private final TopicReader<DeadLetter> deadLetters;
    private final RejectionStreak streak = new RejectionStreak();
    private final StallWatch stall;
    private final AbandonedAssignments abandoned;
    private final long openedAt = System.nanoTime();
    private Duration nextLook = Duration.ZERO;
    private long trainPrompts;
    private long version;
    private boolean paused;
    private boolean stopped;
    private boolean saidStreak;
    private boolean saidStall;

    /**
     * Opens the topics that the watch reads.
     *
     * @param log log of the run
     * @param config configuration of the run
     * @param configDigest SHA-256 of the resolved configuration
     * @param say receives messages for the user
     */
    public ClusterWatch(EventLog log, RunConfig config, String configDigest, Consumer<String> say) {
        this.log = log;
        this.config = config;
        this.say = say;
        this.admin = log.admin();
        this.abandoned = new AbandonedAssignments(log, admin, configDigest);
        this.steps = new TopicReader<>(log, log.topics().steps());
        this.rejected = new TopicReader<>(log, log.topics().rejectedGroups());
        this.control = new TopicReader<>(log, log.topics().control());
        this.deadLetters = new TopicReader<>(log, log.topics().deadLetters());
        this.stall = new StallWatch(config.stallAfter());
    }

    /** Reads what is new on the log, every five seconds at most, and says what a person should know. */
    public void look() {
        Duration now = Duration.ofNanos(System.nanoTime() - openedAt);
        if (now.compareTo(nextLook) >= 0) {
            nextLook = now.plus(BETWEEN_LOOKS);
            try {
                lookNow();
            } catch (LogException | UnreachableException | KafkaException e) {
                LOG.warn("The run cannot be watched now: {}", e.toString());
            }
        }
    }

    void lookNow() {
        steps.readToEnd(record -> {
            version = record.value().getVersion();
            streak.step(record.timestamp());
            saidStreak = false;
        });
        rejected.readToEnd(record -> streak.rejected(record.timestamp()));
        control.readToEnd(record -> apply(record.value()));
        deadLetters.readToEnd(record -> say(record.value()));
        sayIfNothingIsLearned();
        sayIfNothingMoves();
    }

    private void say(DeadLetter letter) {
        String record = "the record at offset " + letter.getOffset() + " of partition " + letter.getPartition() + " of "
                + letter.getTopic();
        say.accept(
                letter.getResolves() == null
                        ? "The stage " + letter.getStage() + " refused " + record + ": " + letter.getReason()
                        : "A repaired record was put back for " + record);
    }

    private void apply(Control command) {
        if (command.getPrompts() != null) {
            trainPrompts = command.getPrompts();
        }
        if (command.getCommand() == ControlCommand.PAUSE || command.getCommand() == ControlCommand.RESUME) {
            paused = command.getCommand() == ControlCommand.PAUSE;
        }
        stopped |= command.getCommand() == ControlCommand.STOP;
    }

    private void sayIfNothingIsLearned() {
        if (streak.isHopeless(trainPrompts, config.batchSize()) && !saidStreak && !stopped) {
            saidStreak = true;
            say.accept(streak.advice() + " The run goes on trying; 'longstream control stop' ends it.");
        }
    }

    private void sayIfNothingMoves() {
        Map<String, Long> ends = new LinkedHashMap<>();
        EndOffsets.of(log, admin).forEach(end -> ends.put(end.topic().name(), end.total()));
        boolean stalled = stall.stalled(System.nanoTime(), ends) && !paused && !isOver();
        if (stalled && !saidStall) {
            try (PipelineState.Follower pipeline = new PipelineState.Follower(log, config.batchSize())) {
                String due = pipeline.now().describe();
                int failed = abandoned.fail(pipeline);
                say.accept("No topic has received a record for "
                        + config.stallAfter().toSeconds() + " s (stall-after). Due is " + due
                        + (failed == 0
                                ? ". If that role is at work, wait; otherwise start it again: it continues from the log."
                                : ". The broker had given up on assignments: " + failed
                                        + " answers are written as failed."));
            }
        }
        saidStall = stalled;
    }

    private boolean isOver() {
        return version >= config.totalSteps();
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
        steps.close();
        rejected.close();
        control.close();
        deadLetters.close();
        admin.close();
    }
}
