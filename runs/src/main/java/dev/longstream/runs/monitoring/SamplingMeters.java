package dev.longstream.runs.monitoring;

import dev.longstream.metrics.Meters;
import dev.longstream.metrics.SamplingMetrics;
import dev.longstream.producers.rollouts.RolloutListener;
import dev.longstream.record.Outcome;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.RunConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/** Measures the time and the memory of one rollout worker. */
final class SamplingMeters implements RolloutListener {
    private static final double NANO = 1e-9;
    private static final List<Outcome> USUAL =
            List.of(Outcome.COMPLETED, Outcome.TRUNCATED, Outcome.INFRASTRUCTURE_FAILED);

    private final Map<TimePart, Counter> time = new EnumMap<>(TimePart.class);
    private final DistributionSummary loads;
    private final AtomicLong activity;
    private volatile @Nullable SamplerState state;

    /**
     * Registers the metrics of a worker.
     *
     * @param activity grows whenever the worker does something, so that slow work on one record is not taken for a standstill
     */
    SamplingMeters(Meters meters, RunConfig config, String worker, AtomicLong activity) {
        this.activity = activity;
        for (TimePart part : TimePart.values()) {
            time.put(part, meters.counter(SamplingMetrics.TIME, worker, RecordMeters.word(part)));
        }
        this.loads = meters.histogram(SamplingMetrics.SYNC_DURATION, worker);
        for (PhaseSection phase : config.scheduledPhases()) {
            meters.counter(SamplingMetrics.TOKENS, worker, phase.name());
            USUAL.forEach(outcome ->
                    meters.counter(SamplingMetrics.SAMPLES, worker, phase.name(), RecordMeters.word(outcome)));
        }
        List.of(
                        SamplingMetrics.DURATION,
                        SamplingMetrics.FIRST_TOKEN,
                        SamplingMetrics.ANSWER_LENGTH,
                        SamplingMetrics.PROMPT_LENGTH)
                .forEach(metric -> meters.histogram(metric, worker));
        meters.counter(SamplingMetrics.PROMPT_READ, () -> or(0, SamplerState::promptTokensRead), worker);
        meters.gauge(SamplingMetrics.CACHE, () -> or(0, SamplerState::cacheBytes), worker);
        meters.gauge(SamplingMetrics.ACTIVE, () -> or(0, SamplerState::answers), worker);
        meters.gauge(SamplingMetrics.VERSION, () -> or(Double.NaN, SamplerState::version), worker);
        double limit = config.rollouts().worker().limits().maxCacheBytes();
        meters.gauge(SamplingMetrics.CACHE_LIMIT, () -> limit, worker);
    }

    private double or(double before, ToDoubleFunction<SamplerState> value) {
        SamplerState now = state;
        return now == null ? before : value.applyAsDouble(now);
    }

    @Override
    public void onTime(TimePart part, long nanos) {
        activity.incrementAndGet();
        Objects.requireNonNull(time.get(part)).increment(nanos * NANO);
    }

    @Override
    public void onWeights(long nanos) {
        loads.record(nanos * NANO);
    }

    @Override
    public void onChunk(SamplerState now) {
        state = now;
    }
}
