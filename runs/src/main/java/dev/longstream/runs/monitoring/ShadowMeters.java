package dev.longstream.runs.monitoring;

import dev.longstream.metrics.Meters;
import dev.longstream.metrics.ShadowMetrics;
import dev.longstream.record.ScoredTrajectory;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Counts the scores of shadows, and how often they equal those of the run. Keeps the newest scores of both sides until the other
 * one has scored the same answer. Thread-safe.
 */
final class ShadowMeters {
    static final List<String> RESULTS = List.of("equal", "run_higher", "shadow_higher", "run_only", "shadow_only");

    /** Difference below which two rewards are equal: sums of the same parts in another order differ by less. */
    private static final double TOLERANCE = 1e-9;

    private static final int KEPT = 1 << 16;

    private final Meters meters;
    private final Map<AnswerKey, Optional<Double>> ofRun = kept();
    private final Map<AnswerKey, Map<String, Optional<Double>>> ofShadows = kept();

    /** An answer by the ordinal of its group. */
    private record AnswerKey(long ordinal, int sample) {
        static AnswerKey of(ScoredTrajectory score) {
            return new AnswerKey(score.getOrdinal(), score.getSampleIndex());
        }
    }

    ShadowMeters(Meters meters) {
        this.meters = meters;
    }

    private static <V> Map<AnswerKey, V> kept() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<AnswerKey, V> eldest) {
                return size() > KEPT;
            }
        };
    }

    /** Takes a score of the run, which may come again. */
    synchronized void ofRun(ScoredTrajectory score) {
        AnswerKey answer = AnswerKey.of(score);
        Optional<Double> reward = Optional.ofNullable(score.getReward());
        if (ofRun.putIfAbsent(answer, reward) == null) {
            Map<String, Optional<Double>> waiting = ofShadows.remove(answer);
            if (waiting != null) {
                waiting.forEach((shadow, other) -> compare(shadow, reward, other));
            }
        }
    }

    /** Takes a score of a shadow. */
    synchronized void ofShadow(String shadow, ScoredTrajectory score) {
        meters.counter(ShadowMetrics.SCORED, shadow, score.getPhase(), RecordMeters.range(score.getReward()))
                .increment();
        AnswerKey answer = AnswerKey.of(score);
        Optional<Double> reward = Optional.ofNullable(score.getReward());
        Optional<Double> other = ofRun.get(answer);
        if (other == null) {
            ofShadows.computeIfAbsent(answer, any -> new LinkedHashMap<>()).put(shadow, reward);
        } else {
            compare(shadow, other, reward);
        }
    }

    private void compare(String shadow, Optional<Double> run, Optional<Double> other) {
        if (run.isPresent() || other.isPresent()) {
            meters.counter(ShadowMetrics.COMPARED, shadow, result(run.orElse(null), other.orElse(null)))
                    .increment();
        }
    }

    private static String result(@Nullable Double run, @Nullable Double shadow) {
        if (run == null || shadow == null) {
            return run == null ? "shadow_only" : "run_only";
        }
        if (Math.abs(run - shadow) <= TOLERANCE) {
            return "equal";
        }
        return run > shadow ? "run_higher" : "shadow_higher";
    }

    /** Registers the counters of a shadow with 0, so that their first growth is seen. */
    void expect(String shadow, List<String> phases) {
        List<String> ranges = new ArrayList<>(List.of("0", "between", "1", "none"));
        phases.forEach(phase -> ranges.forEach(range -> meters.counter(ShadowMetrics.SCORED, shadow, phase, range)));
        RESULTS.forEach(result -> meters.counter(ShadowMetrics.COMPARED, shadow, result));
    }
}
