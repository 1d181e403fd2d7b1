package dev.longstream.dashboard;

import dev.longstream.dashboard.follow.BackgroundRead;
import dev.longstream.dashboard.follow.FollowedRun;
import dev.longstream.dashboard.follow.RunFollower;
import dev.longstream.dashboard.trace.TraceReader;
import dev.longstream.runs.audit.Ledger;

import java.time.Duration;
import java.util.Optional;

/**
 * A run that somebody looks at.
 *
 * @param follower keeps its figures
 * @param ledger ledger of its log
 * @param trace fetches its records
 */
record OpenRun(RunFollower follower, BackgroundRead<Ledger> ledger, TraceReader trace) implements AutoCloseable {
    /** Time that a request waits for the first reading of a log. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /**
     * Returns the figures of the run.
     *
     * @throws DashboardError if the log is still being read, or cannot be read
     */
    FollowedRun figures() throws InterruptedException {
        return known().orElseThrow(() -> DashboardError.unavailable(
                follower.problem().isEmpty()
                        ? "the log of run " + follower.facts().name() + " is being read; ask again"
                        : follower.problem()));
    }

    /** Returns the figures of the run; empty if its log is still being read, or cannot be read. */
    Optional<FollowedRun> known() throws InterruptedException {
        return follower.figures(PATIENCE);
    }

    @Override
    public void close() {
        follower.close();
        trace.close();
    }
}
