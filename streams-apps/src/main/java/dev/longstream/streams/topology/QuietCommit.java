package dev.longstream.streams.topology;

import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

import java.time.Duration;

/**
 * Requests a commit as soon as a task has nothing more to process, so that what follows an idle stage need not wait for the commit
 * interval. A busy stage never pauses and commits many records at once, when the interval is over. Belongs to one task.
 */
public final class QuietCommit {
    /** Time between two looks. The commit is requested by the first look that finds no record since the one before. */
    public static final Duration INTERVAL = Duration.ofMillis(10);

    private final ProcessorContext<?, ?> context;
    private boolean processed;
    private boolean uncommitted;

    private QuietCommit(ProcessorContext<?, ?> context) {
        this.context = context;
    }

    /** Begins to look after the task of a step. Call it in {@code init}. */
    public static QuietCommit of(ProcessorContext<?, ?> context) {
        QuietCommit commit = new QuietCommit(context);
        context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> commit.look());
        return commit;
    }

    /** Notes that the step processes a record. */
    public void processing() {
        processed = true;
    }

    private void look() {
        if (processed) {
            processed = false;
            uncommitted = true;
        } else if (uncommitted) {
            uncommitted = false;
            context.commit();
        }
    }
}
