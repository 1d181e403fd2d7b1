package dev.longstream.runs.monitoring;

import dev.longstream.metrics.JudgeMetrics;
import dev.longstream.metrics.Meters;
import dev.longstream.producers.verdicts.JudgeListener;
import dev.longstream.record.Verdict;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Measures the judge's worker. */
final class JudgeMeters implements JudgeListener {
    private static final double MILLI = 1e-3;
    private static final List<String> OUTCOMES = List.of("equivalent", "different", "scored", "failed", "known");

    private final Meters meters;
    private final AtomicLong activity;
    private volatile int inFlight;

    /**
     * Registers the metrics of the judge.
     *
     * @param model name of the judge's model
     * @param activity grows whenever the worker does something, so that slow work on one record is not taken for a standstill
     */
    JudgeMeters(Meters meters, String model, AtomicLong activity) {
        this.meters = meters;
        this.activity = activity;
        OUTCOMES.forEach(outcome -> meters.counter(JudgeMetrics.VERDICTS, outcome));
        meters.histogram(JudgeMetrics.DURATION, model);
        meters.histogram(JudgeMetrics.TOKENS, model, "input");
        meters.histogram(JudgeMetrics.TOKENS, model, "output");
        meters.counter(JudgeMetrics.ATTEMPTS);
        meters.gauge(JudgeMetrics.IN_FLIGHT, () -> inFlight);
    }

    @Override
    public void onVerdict(Verdict verdict) {
        meters.counter(JudgeMetrics.VERDICTS, outcome(verdict)).increment();
        meters.counter(JudgeMetrics.ATTEMPTS).increment(verdict.getAttempts());
        Long milliseconds = verdict.getMilliseconds();
        if (verdict.getAttempts() > 0 && milliseconds != null) {
            String model = verdict.getJudge();
            meters.histogram(JudgeMetrics.DURATION, model).record(milliseconds * MILLI);
            meters.histogram(JudgeMetrics.TOKENS, model, "input").record((double) verdict.getInputTokens());
            meters.histogram(JudgeMetrics.TOKENS, model, "output").record((double) verdict.getOutputTokens());
        }
    }

    private static String outcome(Verdict verdict) {
        Double score = verdict.getScore();
        if (score == null) {
            return "failed";
        }
        return score == 1 ? "equivalent" : score == 0 ? "different" : "scored";
    }

    @Override
    public void onKnown() {
        meters.counter(JudgeMetrics.VERDICTS, "known").increment();
    }

    @Override
    public void onInFlight(int requests) {
        activity.incrementAndGet();
        inFlight = requests;
    }
}
