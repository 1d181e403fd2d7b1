package dev.longstream.metrics;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes {@code docs/metrics.md} from the catalogue; names are as the registry writes them. */
final class MetricsPage {
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (counter|gauge|histogram)");

    private static final String START =
            """
            # Metrics

            **Every metric of a run, as Prometheus reads it from `/metrics` of each process** ([how to reach it](operations.md#metrics-and-health)).
            This page is generated from the source; refresh it with
            `mvn -pl metrics -am test -Dtest=MetricsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dlongstream.write-docs=true`.

            Every metric has the label `run`. A counter begins at 0 with its process; where a transaction is repeated, its records count again. A gauge of the
            newest step has no value (`NaN`) before the first step of its process. A histogram has `_bucket`, `_sum` and `_count`, and its largest recent
            value as a gauge `_max`. Names that begin with `rl_` are those of OpenTelemetry's proposal for reinforcement learning, those with `gen_ai_` and
            `process_` those of its conventions.

            Beside these, Micrometer adds what Java and Kafka measure themselves: `jvm_…`, `process_…`, `system_…`, and `kafka_…` of the stages
            (Kafka Streams) and of producers and consumers.

            """;

    private MetricsPage() {}

    static String write() {
        StringBuilder page = new StringBuilder(START);
        MetricCatalogue.sections().forEach((title, metrics) -> {
            page.append("## ")
                    .append(title)
                    .append("\n\n| metric | type | labels | role | meaning |\n|---|---|---|---|---|\n");
            metrics.forEach(metric -> page.append(row(metric)));
            page.append('\n');
        });
        return page.toString().stripTrailing() + "\n";
    }

    private static String row(Metric metric) {
        String scraped = scrape(metric);
        Matcher type = TYPE.matcher(scraped);
        if (!type.find()) {
            throw new IllegalStateException("no type in " + scraped);
        }
        String labels = metric.labels().stream()
                .map(label -> "`" + label.replace('.', '_') + "`")
                .collect(Collectors.joining(", "));
        return "| `" + type.group(1) + "` | " + type.group(2) + " | " + labels + " | "
                + metric.owner().words() + " | " + metric.meaning() + " |\n";
    }

    /** Returns what the registry writes about one metric. */
    private static String scrape(Metric metric) {
        String[] values = metric.labels().toArray(String[]::new);
        try (Meters meters = new Meters("run")) {
            switch (metric.kind()) {
                case COUNTER -> meters.counter(metric, values);
                case GAUGE -> meters.gauge(metric, () -> 1, values);
                case HISTOGRAM -> meters.histogram(metric, values);
            }
            return meters.scrape();
        }
    }
}
