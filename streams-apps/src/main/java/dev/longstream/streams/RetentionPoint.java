package dev.longstream.streams;

import dev.longstream.log.EventLog;
import dev.longstream.log.ThreadRole;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Control;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Follows {@code control} for the ordinal up to which a run's log was pruned, so that the stores of a stage stay small. */
final class RetentionPoint extends ThreadRole implements LongSupplier {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final EventLog log;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long ordinal = -1;

    RetentionPoint(EventLog log, String stage) {
        super(stage + " retention", log.topics().run() + "-" + stage + "-retention");
        this.log = log;
    }

    @Override
    public long getAsLong() {
        return ordinal;
    }

    @Override
    protected void work() throws InterruptedException {
        try (TopicReader<Control> control = new TopicReader<>(log, log.topics().control())) {
            while (!stopping()) {
                control.readToEnd(record -> {
                    if (record.value().getPruned() != null) {
                        ordinal = record.value().getPruned().getOrdinal();
                    }
                });
                if (closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        }
    }

    @Override
    protected void onClose() {
        closed.countDown();
    }
}
