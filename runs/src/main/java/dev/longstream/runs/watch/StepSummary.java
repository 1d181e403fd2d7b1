package dev.longstream.runs.watch;

import dev.longstream.record.Step;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** Summarises the last gradient steps in one line: phase, reward, answer length, staleness, rate, time left. */
public final class StepSummary {
    private static final int WINDOW = 10;

    private final long totalSteps;
    private final Deque<Step> last = new ArrayDeque<>();
    private @Nullable Step newest;

    /**
     * Creates a summary without steps.
     *
     * @param totalSteps number of gradient steps of the run
     */
    public StepSummary(long totalSteps) {
        this.totalSteps = totalSteps;
    }

    /** Adds a step; the steps must be added in ascending order. */
    public void add(Step step) {
        newest = step;
        last.add(step);
        if (last.size() > WINDOW) {
            last.removeFirst();
        }
    }

    /** Returns the newest policy version; 0 before the first step. */
    public long version() {
        return newest == null ? 0 : newest.getVersion();
    }

    /** Returns the summary; "" before the first step. */
    public String words() {
        if (newest == null) {
            return "";
        }
        double reward = last.stream().mapToDouble(Step::getReward).average().orElse(0);
        double tokens =
                last.stream().mapToDouble(Step::getResponseLength).average().orElse(0);
        return String.format(
                Locale.ROOT,
                "%s  reward %.2f  answers %.0f tokens  staleness %.1f%s",
                newest.getPhase(),
                reward,
                tokens,
                newest.getStalenessMean(),
                rate());
    }

    private String rate() {
        Instant first = last.getFirst().getFinishedAt();
        Instant latest = last.getLast().getFinishedAt();
        Duration taken = Duration.between(first, latest);
        if (last.size() < 2 || taken.isZero() || taken.isNegative()) {
            return "";
        }
        double seconds = taken.toMillis() / 1000.0 / (last.size() - 1);
        Duration left = Duration.ofMillis((long) (1000 * seconds * (totalSteps - version())));
        return String.format(
                Locale.ROOT, "  %.2f s a step, %d:%02d left", seconds, left.toMinutes(), left.toSecondsPart());
    }
}
