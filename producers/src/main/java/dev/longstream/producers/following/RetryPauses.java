package dev.longstream.producers.following;

import dev.longstream.log.PassingFault;

import java.time.Duration;

/**
 * Pauses between attempts to open a policy version, from half a second to 30 seconds. A host that does not answer is waited
 * for without limit, any other fault for two minutes: a shared folder may show files later than the log shows their
 * announcement.
 */
final class RetryPauses {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration MAX = Duration.ofSeconds(30);

    private final Duration patience;
    private Duration next = FIRST;
    private long faultySince;
    private boolean faulty;

    RetryPauses() {
        this(PATIENCE);
    }

    RetryPauses(Duration patience) {
        this.patience = patience;
    }

    /** Starts anew, after a success or for another version. */
    void reset() {
        next = FIRST;
        faulty = false;
    }

    /**
     * Returns the pause after a failed attempt.
     *
     * @throws RuntimeException the failure itself, if it lasts for too long
     */
    Duration after(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        long now = System.nanoTime();
        boolean passing = PassingFault.isBehind(failure);
        if (!faulty || passing) {
            faulty = true;
            faultySince = now;
        }
        if (!passing && now - faultySince >= patience.toNanos()) {
            throw failure instanceof RuntimeException runtime ? runtime : new IllegalStateException(failure);
        }
        Duration pause = next;
        next = next.multipliedBy(2).compareTo(MAX) < 0 ? next.multipliedBy(2) : MAX;
        return pause;
    }
}
