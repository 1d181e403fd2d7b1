package dev.longstream.runs.watch;

import dev.longstream.failure.UnreachableException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.TopicReader;
import dev.longstream.logging.LogOrigin;
import dev.longstream.record.Step;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Says, in a role that follows the log for ever, that the run has made its last version. Notes each step for the lines of the
 * program's log.
 */
public final class EndNotice implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EndNotice.class);

    private final TopicReader<Step> steps;
    private final int totalSteps;
    private final Consumer<String> say;
    private boolean said;

    /**
     * Opens the steps of a run.
     *
     * @param totalSteps number of the run's steps, which is its last version
     * @param say receives the message
     */
    public EndNotice(EventLog log, int totalSteps, Consumer<String> say) {
        this.steps = new TopicReader<>(log, log.topics().steps());
        this.totalSteps = totalSteps;
        this.say = say;
    }

    /** Reads the new steps without waiting. */
    public void look() {
        try {
            steps.poll(Duration.ZERO, record -> {
                LogOrigin.step(record.value().getVersion());
                if (record.value().getVersion() >= totalSteps && !said) {
                    said = true;
                    say.accept("The run has ended: version " + totalSteps
                            + ", its last, is made. This role has nothing more to do and can be stopped.");
                }
            });
        } catch (LogException | UnreachableException | KafkaException e) {
            LOG.debug("The steps cannot be read now", e);
        }
    }

    @Override
    public void close() {
        steps.close();
    }
}
