package dev.longstream.exports;

import dev.longstream.log.PassingFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.function.Supplier;

/** Repeats the export of what is new on the log. */
final class Following {
    private static final Logger LOG = LoggerFactory.getLogger(Following.class);
    private static final Duration LOOK = Duration.ofMillis(200);

    private Following() {}

    /**
     * Exports what is new after every interval, and a last time when the run is over.
     *
     * @param export exports what is new; is repeated later if broker or registry do not answer
     * @throws InterruptedException if the thread is interrupted
     */
    static void repeat(Duration interval, Supplier<FollowState> state, Runnable export) throws InterruptedException {
        FollowState now = state.get();
        while (now != FollowState.GONE) {
            try {
                export.run();
            } catch (RuntimeException e) {
                if (!PassingFault.isBehind(e)) {
                    throw e;
                }
                LOG.warn("The log cannot be read now, which is tried again: {}", e.toString());
            }
            if (now == FollowState.OVER) {
                return;
            }
            now = awaited(interval, state);
        }
    }

    private static FollowState awaited(Duration interval, Supplier<FollowState> state) throws InterruptedException {
        long end = System.nanoTime() + interval.toNanos();
        FollowState now = state.get();
        while (now == FollowState.UNDER_WAY && System.nanoTime() < end) {
            Thread.sleep(LOOK.toMillis());
            now = state.get();
        }
        return now;
    }
}
