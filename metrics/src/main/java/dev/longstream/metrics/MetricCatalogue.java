package dev.longstream.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All metrics of Longstream's own, from which {@code docs/metrics.md} is generated. */
public final class MetricCatalogue {
    private MetricCatalogue() {}

    /** Returns the metrics by the title of their section, in the order of the page. */
    public static Map<String, List<Metric>> sections() {
        Map<String, List<Metric>> sections = new LinkedHashMap<>();
        sections.put("Training and evaluation", TrainingMetrics.ALL);
        sections.put("Sampling", SamplingMetrics.ALL);
        sections.put("Stages", StageMetrics.ALL);
        sections.put("Judge", JudgeMetrics.ALL);
        sections.put("Shadows", ShadowMetrics.ALL);
        sections.put("Every role", RunMetrics.ALL);
        return sections;
    }

    /** Returns all metrics. */
    public static List<Metric> all() {
        return sections().values().stream().flatMap(List::stream).toList();
    }
}
