package dev.longstream.runs.watch;

import dev.longstream.failure.UnreachableException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.TopicReader;
import dev.longstream.logging.LogOrigin;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Step;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Notices in a role's process that the run has ended, and says so once. A run ends when its last planned version is made, or when
 * the curriculum writes ENDED to {@code control}: after STOP, once no further batch can be filled. Notes each step for the lines
 * of the program's log.
 */
public final class EndNotice implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EndNotice.class);

    private final TopicReader<Step> steps;
    private final TopicReader<Control> control;
    private final int totalSteps;
    private final Consumer<String> say;
    private OptionalLong lastVersion = OptionalLong.empty();

    /**
     * Opens the steps and the commands of a run.
     *
     * @param totalSteps number of the run's steps, which is its last version
     * @param say receives the message
     */
    public EndNotice(EventLog log, int totalSteps, Consumer<String> say) {
        this.steps = new TopicReader<>(log, log.topics().steps());
        this.control = new TopicReader<>(log, log.topics().control());
        this.totalSteps = totalSteps;
        this.say = say;
    }

    /** Reads what is new without waiting, and returns the last version of the run; empty while the run goes on. */
    public OptionalLong look() {
        if (lastVersion.isEmpty()) {
            try {
                steps.poll(Duration.ZERO, record -> note(record.value()));
                control.poll(Duration.ZERO, record -> note(record.value()));
            } catch (LogException | UnreachableException | KafkaException e) {
                LOG.debug("The end of the run cannot be looked for now", e);
            }
        }
        return lastVersion;
    }

    private void note(Step step) {
        LogOrigin.step(step.getVersion());
        if (step.getVersion() >= totalSteps) {
            end(totalSteps, "version " + totalSteps + ", its last, is made.");
        }
    }

    private void note(Control command) {
        if (command.getCommand() == ControlCommand.ENDED && command.getVersion() != null) {
            end(
                    command.getVersion(),
                    "version " + command.getVersion() + " is its last, because " + command.getWhy() + ".");
        }
    }

    private void end(long version, String why) {
        if (lastVersion.isEmpty()) {
            lastVersion = OptionalLong.of(version);
            say.accept("The run has ended: " + why);
        }
    }

    @Override
    public void close() {
        steps.close();
        control.close();
    }
}
