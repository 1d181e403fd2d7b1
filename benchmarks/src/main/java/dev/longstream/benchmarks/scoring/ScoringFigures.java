package dev.longstream.benchmarks.scoring;

import dev.longstream.benchmarks.Figures;
import dev.longstream.files.Table;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Figures of the benchmark of scoring.
 *
 * @param load size of the benchmark
 * @param bytes bytes of all values of a round, uncompressed
 * @param stages scoring, grouping and batching
 * @param plain consume and produce
 * @param stagesLatency from a group's last trajectory to its batch, in milliseconds
 * @param plainLatency from a group's last trajectory to its copy, in milliseconds
 */
public record ScoringFigures(
        ScoringLoad load,
        long bytes,
        Throughput stages,
        Throughput plain,
        Percentiles stagesLatency,
        Percentiles plainLatency) {
    private static final double MEGA = 1e6;
    private static final int NAME_WIDTH = 36;
    private static final int NUMBER_WIDTH = 12;

    /**
     * Speed of one contender.
     *
     * @param recordsPerSecond records a second in each round
     */
    public record Throughput(List<Double> recordsPerSecond) {
        /** Copies the rounds. */
        public Throughput {
            recordsPerSecond = List.copyOf(recordsPerSecond);
        }

        /** Returns the median of the rounds. */
        public double median() {
            return Figures.median(recordsPerSecond);
        }
    }

    /**
     * Percentiles of latencies in milliseconds.
     *
     * @param count number of latencies
     * @param median half of them are at most so large
     * @param p99 99% of them are at most so large
     */
    public record Percentiles(int count, double median, double p99) {
        /** Computes the percentiles of latencies by the nearest rank. */
        public static Percentiles of(List<Double> latencies) {
            List<Double> sorted = latencies.stream().sorted().toList();
            return new Percentiles(sorted.size(), rank(sorted, 0.5), rank(sorted, 0.99));
        }

        private static double rank(List<Double> sorted, double share) {
            return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
        }
    }

    /** Returns the throughput of the stages over that of consume and produce. */
    public double ratio() {
        return stages.median() / plain.median();
    }

    /** Returns the latency that the stages add at the median, in milliseconds. */
    public double addedMedian() {
        return stagesLatency.median() - plainLatency.median();
    }

    /** Returns the latency that the stages add at the 99th percentile, in milliseconds. */
    public double addedP99() {
        return stagesLatency.p99() - plainLatency.p99();
    }

    /** Returns a table with a row for each contender, and the two comparisons. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(format(
                "%d groups of %d trajectories of %d to %d tokens a round, %.1f MB, %d partitions, median of %d rounds",
                load.groups(),
                load.groupSize(),
                load.minTokens(),
                load.maxTokens(),
                bytes / MEGA,
                load.partitions(),
                load.rounds()));
        Table table = new Table("", "records/s", "MB/s", "p50 ms", "p99 ms");
        row(table, "scoring, grouping and batching", stages, stagesLatency);
        row(table, "consume and produce", plain, plainLatency);
        lines.addAll(table.text(NAME_WIDTH, NUMBER_WIDTH));
        lines.add(format("ratio of throughput: %.2f", ratio()));
        lines.add(format(
                "added latency at %d records/s (%.1f MB/s): %.0f ms at the median, %.0f ms at the 99th percentile of %d"
                        + " groups",
                load.recordsPerSecond(),
                load.recordsPerSecond() * bytesOfARecord() / MEGA,
                addedMedian(),
                addedP99(),
                stagesLatency.count()));
        return lines;
    }

    private double bytesOfARecord() {
        return (double) bytes / load.records();
    }

    private void row(Table table, String name, Throughput speed, Percentiles latency) {
        table.row(
                name,
                format("%.0f", speed.median()),
                format("%.1f", speed.median() * bytesOfARecord() / MEGA),
                format("%.0f", latency.median()),
                format("%.0f", latency.p99()));
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
