package dev.longstream.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;

/** Registers metrics of the catalogue and writes their values as Prometheus reads them. Thread-safe. */
public final class Meters implements AutoCloseable {
    private static final double[] SECONDS = {
        0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600, 1200, 3600, 7200, 14_400
    };
    private static final double[] STEPS = {0.5, 1, 2, 3, 4, 6, 8, 12, 16, 32, 64};
    private static final double[] TOKENS = {
        8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();
    /** Values of counters. The registry holds them by weak references, so the garbage collector would remove them. */
    private final List<DoubleSupplier> kept = new CopyOnWriteArrayList<>();

    /**
     * Creates an empty registry.
     *
     * @param run name of the run, the label {@code run} of every metric
     */
    public Meters(String run) {
        registry.config().commonTags("run", run);
    }

    /** Adds the metrics of Java and of the process that Micrometer has: memory, collector, threads, classes, processors, files, uptime. */
    public void bindProcess() {
        collector.bindTo(registry);
        List.of(
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new ClassLoaderMetrics(),
                        new ProcessorMetrics(),
                        new FileDescriptorMetrics(),
                        new UptimeMetrics())
                .forEach(binder -> binder.bindTo(registry));
    }

    /** Returns the registry, for binders of libraries. */
    public MeterRegistry registry() {
        return registry;
    }

    /**
     * Returns a counter; the first call registers it with 0.
     *
     * @param labels values of the metric's labels, in their order
     */
    public Counter counter(Metric metric, String... labels) {
        require(metric, MetricKind.COUNTER);
        return Counter.builder(metric.name())
                .baseUnit(unit(metric))
                .description(metric.meaning())
                .tags(tags(metric, labels))
                .register(registry);
    }

    /**
     * Registers a counter whose value is read when it is asked for.
     *
     * @param value returns a number that does not fall
     * @param labels values of the metric's labels, in their order
     */
    public void counter(Metric metric, DoubleSupplier value, String... labels) {
        require(metric, MetricKind.COUNTER);
        kept.add(value);
        FunctionCounter.builder(metric.name(), value, DoubleSupplier::getAsDouble)
                .baseUnit(unit(metric))
                .description(metric.meaning())
                .tags(tags(metric, labels))
                .register(registry);
    }

    /**
     * Registers a gauge, whose value is read when it is asked for.
     *
     * @param value returns the value; NaN while there is none
     * @param labels values of the metric's labels, in their order
     */
    public void gauge(Metric metric, DoubleSupplier value, String... labels) {
        require(metric, MetricKind.GAUGE);
        Gauge.builder(metric.name(), value, DoubleSupplier::getAsDouble)
                .strongReference(true)
                .baseUnit(unit(metric))
                .description(metric.meaning())
                .tags(tags(metric, labels))
                .register(registry);
    }

    /**
     * Returns a histogram, whose buckets follow from the metric's unit; the first call registers it.
     *
     * @param labels values of the metric's labels, in their order
     */
    public DistributionSummary histogram(Metric metric, String... labels) {
        require(metric, MetricKind.HISTOGRAM);
        return DistributionSummary.builder(metric.name())
                .baseUnit(unit(metric))
                .description(metric.meaning())
                .tags(tags(metric, labels))
                .serviceLevelObjectives(bounds(metric))
                .register(registry);
    }

    private static double[] bounds(Metric metric) {
        return switch (metric.unit()) {
            case "seconds" -> SECONDS;
            case "steps" -> STEPS;
            default -> TOKENS;
        };
    }

    private static void require(Metric metric, MetricKind kind) {
        if (metric.kind() != kind) {
            throw new IllegalArgumentException(metric.name() + " is a " + metric.kind() + ", not a " + kind);
        }
    }

    private static @Nullable String unit(Metric metric) {
        return metric.unit().isEmpty() ? null : metric.unit();
    }

    private static List<Tag> tags(Metric metric, String... values) {
        List<String> names = metric.labels();
        if (names.size() != values.length) {
            throw new IllegalArgumentException(
                    metric.name() + " has the labels " + names + ", but " + values.length + " values were given");
        }
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            tags.add(Tag.of(names.get(i), values[i]));
        }
        return tags;
    }

    /** Returns all values in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }
}
