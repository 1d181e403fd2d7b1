package dev.longstream.runs.difference;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Step;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Differences between the gradient steps of two runs.
 *
 * @param here number of steps in the first run
 * @param there number of steps in the second run
 * @param sameWeights steps after which both runs have the same weights, by their digests
 * @param firstDifferent first version that both runs have and whose weights differ; null: none
 * @param metrics metrics of the steps that both runs have
 */
public record StepDifference(
        long here, long there, long sameWeights, @Nullable Long firstDifferent, List<MetricDifference> metrics) {
    private static final Map<String, ToDoubleFunction<Step>> METRICS = metricsByName();

    /**
     * One metric over the steps that both runs have.
     *
     * @param metric name of the metric, as in {@code steps}
     * @param mean mean in the first run
     * @param otherMean mean in the second run
     * @param maxChange largest absolute difference of a step
     */
    public record MetricDifference(String metric, double mean, double otherMean, double maxChange) {}

    private static Map<String, ToDoubleFunction<Step>> metricsByName() {
        Map<String, ToDoubleFunction<Step>> metrics = new LinkedHashMap<>();
        metrics.put("loss", Step::getLoss);
        metrics.put("reward", Step::getReward);
        metrics.put("entropy", Step::getEntropy);
        metrics.put("gradientNorm", Step::getGradientNorm);
        metrics.put("clipFraction", Step::getClipFraction);
        metrics.put("responseLength", Step::getResponseLength);
        return metrics;
    }

    static StepDifference of(EventLog run, EventLog other) {
        Map<Long, Step> here = read(run);
        Map<Long, Step> there = read(other);
        long same = 0;
        Long firstDifferent = null;
        List<Step> common = new ArrayList<>();
        for (Step step : here.values()) {
            Step counterpart = there.get(step.getVersion());
            if (counterpart == null) {
                continue;
            }
            common.add(step);
            if (counterpart.getWeightsDigest().equals(step.getWeightsDigest())) {
                same++;
            } else if (firstDifferent == null) {
                firstDifferent = step.getVersion();
            }
        }
        List<MetricDifference> metrics = new ArrayList<>();
        if (!common.isEmpty()) {
            METRICS.forEach((name, metric) -> metrics.add(difference(name, metric, common, there)));
        }
        return new StepDifference(here.size(), there.size(), same, firstDifferent, List.copyOf(metrics));
    }

    private static Map<Long, Step> read(EventLog log) {
        Map<Long, Step> steps = new TreeMap<>();
        TopicReader.readAll(
                log, log.topics().steps(), record -> steps.put(record.value().getVersion(), record.value()));
        return steps;
    }

    private static MetricDifference difference(
            String name, ToDoubleFunction<Step> metric, List<Step> common, Map<Long, Step> there) {
        double sum = 0;
        double otherSum = 0;
        double max = 0;
        for (Step step : common) {
            double one = metric.applyAsDouble(step);
            Step counterpart = there.get(step.getVersion());
            double two = counterpart == null ? one : metric.applyAsDouble(counterpart);
            sum += one;
            otherSum += two;
            max = Math.max(max, Math.abs(two - one));
        }
        return new MetricDifference(name, sum / common.size(), otherSum / common.size(), max);
    }

    List<String> lines(String run, String other) {
        List<String> lines = new ArrayList<>();
        lines.add("steps       " + here + " in " + run + ", " + there + " in " + other + ", " + sameWeights
                + " with the same weights"
                + (firstDifferent == null ? "" : ", the first that differs makes version " + firstDifferent));
        metrics.forEach(metric -> lines.add(String.format(
                Locale.ROOT,
                "              %-15s mean %.4g → %.4g, by %.4g at most",
                metric.metric(),
                metric.mean(),
                metric.otherMean(),
                metric.maxChange())));
        return lines;
    }
}
