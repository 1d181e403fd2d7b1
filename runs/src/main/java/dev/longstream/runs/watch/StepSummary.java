package dev.longstream.runs.watch;

import dev.longstream.record.Step;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** Summarises the last gradient steps in one line: phase, reward, answer length, staleness, rate, time left. */
public final class StepSummary {
    private static final int WINDOW = 10;
    /** Time between two steps, in multiples of the median, from which on the run counts as stopped in between. */
    private static final double PAUSE = 10;

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
        double seconds = secondsPerStep();
        if (seconds <= 0) {
            return "";
        }
        Duration left = Duration.ofMillis((long) (1000 * seconds * (totalSteps - version())));
        return String.format(
                Locale.ROOT, "  %.2f s a step, %d:%02d left", seconds, left.toMinutes(), left.toSecondsPart());
    }

    /** Returns the mean time between the last steps, in seconds, without the time in which the run was stopped; 0 if unknown. */
    private double secondsPerStep() {
        List<Double> gaps = new ArrayList<>();
        Instant before = null;
        for (Step step : last) {
            if (before != null) {
                gaps.add(Duration.between(before, step.getFinishedAt()).toMillis() / 1000.0);
            }
            before = step.getFinishedAt();
        }
        double median = gaps.stream().sorted().skip(gaps.size() / 2).findFirst().orElse(0.0);
        return gaps.stream()
                .filter(gap -> gap <= PAUSE * median)
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
    }
}
