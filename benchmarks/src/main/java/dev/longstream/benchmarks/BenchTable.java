package dev.longstream.benchmarks;

import dev.longstream.files.Table;
import dev.longstream.policy.roofline.Roofline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the figures of {@code longstream bench} as a table for people and as JSON for programs. */
public final class BenchTable {
    private static final double GIGA = 1e9;
    private static final double MEBIBYTE = 1 << 20;

    private static final int NAME_WIDTH = 40;
    private static final int NUMBER_WIDTH = 10;

    private BenchTable() {}

    /** Writes a table for each shape, with a row for each contender. */
    public static List<String> lines(List<Figures> figures) {
        List<String> lines = new ArrayList<>();
        for (Figures of : figures) {
            lines.add(format(
                    "%s, prompt %d, %s%d answers of %d tokens",
                    of.what(),
                    of.shape().promptTokens(),
                    of.shape().questions() == 1 ? "" : of.shape().questions() + " questions, each ",
                    of.shape().answers(),
                    of.shape().answerTokens()));
            lines.add(machine(of.machine()) + "; ours computes products in "
                    + of.computeType().name().toLowerCase(Locale.ROOT));
            Table table = new Table("", "median s", "min s", "max s", "× ours", "utilisation", "peak MiB");
            for (Figures.Figure entry : of.entries()) {
                table.row(
                        entry.name(),
                        format("%.3f", entry.medianSeconds()),
                        format(
                                "%.3f",
                                entry.seconds().stream()
                                        .mapToDouble(s -> s)
                                        .min()
                                        .orElseThrow()),
                        format(
                                "%.3f",
                                entry.seconds().stream()
                                        .mapToDouble(s -> s)
                                        .max()
                                        .orElseThrow()),
                        format("%.2f", of.timesOurs(entry)),
                        format("%.0f%%", 100 * of.utilisation(entry)),
                        entry.peakMemoryBytes() == 0 ? "–" : format("%.0f", entry.peakMemoryBytes() / MEBIBYTE));
            }
            lines.addAll(table.text(NAME_WIDTH, NUMBER_WIDTH));
            lines.add("");
        }
        return lines;
    }

    private static String machine(Roofline machine) {
        Double bf16 = machine.bf16FlopsPerSecond();
        return format(
                "machine: f32 %.0f GFLOP/s, bf16 %s, memory %.1f GB/s",
                machine.f32FlopsPerSecond() / GIGA,
                bf16 == null ? "not usable" : format("%.0f GFLOP/s", bf16 / GIGA),
                machine.bytesPerSecond() / GIGA);
    }

    /** Lists what was measured and what follows from it, one object for each shape. */
    public static List<Map<String, Object>> json(List<Figures> figures) {
        return figures.stream().map(BenchTable::json).toList();
    }

    private static Map<String, Object> json(Figures figures) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("what", figures.what());
        json.put("shape", figures.shape());
        json.put("machine", figures.machine());
        json.put("computeType", figures.computeType());
        json.put("flops", figures.work().flops());
        json.put("bestSeconds", figures.bestSeconds());
        List<Map<String, Object>> entries = new ArrayList<>();
        for (Figures.Figure entry : figures.entries()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", entry.name());
            row.put("medianSeconds", entry.medianSeconds());
            row.put("seconds", entry.seconds());
            row.put("timesOurs", figures.timesOurs(entry));
            row.put("utilisation", figures.utilisation(entry));
            row.put("peakMemoryBytes", entry.peakMemoryBytes());
            entries.add(row);
        }
        json.put("entries", entries);
        return json;
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
