package dev.longstream.dashboard.follow;

import dev.longstream.log.EventLog;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.audit.LogAudit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Audits the log of a run when somebody asks. An audit reads the whole log, so it happens on another thread, one at a time, and not
 * again before a minute, or thirty times as long as it took.
 */
public final class LedgerWatch {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerWatch.class);
    private static final Duration MIN_PAUSE = Duration.ofMinutes(1);
    private static final int PAUSE_FACTOR = 30;

    private final EventLog log;
    private final Executor executor;
    private final InstantSource clock;
    private @Nullable Audited newest;
    private boolean underWay;
    private String problem = "";
    private Instant nextAt = Instant.MIN;

    /**
     * A ledger and the time at which its audit began.
     *
     * @param ledger the ledger
     * @param at time at which the audit began to read
     */
    public record Audited(Ledger ledger, Instant at) {}

    /** Creates a watch that has audited nothing. */
    public LedgerWatch(EventLog log, Executor executor, InstantSource clock) {
        this.log = log;
        this.executor = executor;
        this.clock = clock;
    }

    /** Returns the newest ledger, and starts another audit if it is due; empty until the first audit ends. */
    public synchronized Optional<Audited> newest() {
        if (!underWay && !clock.instant().isBefore(nextAt)) {
            underWay = true;
            executor.execute(this::audit);
        }
        return Optional.ofNullable(newest);
    }

    /** Returns why the last audit failed; "" if it did not. */
    public synchronized String problem() {
        return problem;
    }

    /** Returns whether an audit is reading the log. */
    public synchronized boolean isUnderWay() {
        return underWay;
    }

    private void audit() {
        Instant begun = clock.instant();
        @Nullable Ledger ledger = null;
        String failure = "";
        try {
            ledger = LogAudit.of(log);
        } catch (RuntimeException e) { // the page says why, and the next audit may succeed
            LOG.warn("The log of {} cannot be audited now", log.topics().run(), e);
            failure = String.valueOf(e.getMessage());
        }
        synchronized (this) {
            Duration pause = Duration.between(begun, clock.instant()).multipliedBy(PAUSE_FACTOR);
            nextAt = clock.instant().plus(pause.compareTo(MIN_PAUSE) > 0 ? pause : MIN_PAUSE);
            underWay = false;
            problem = failure;
            newest = ledger == null ? newest : new Audited(ledger, begun);
        }
    }
}
