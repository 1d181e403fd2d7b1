package dev.longstream.it.torture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Seconds from the end of each fault to the next gradient step, by kind of fault and target. */
final class RecoveryTimes {
    private final Map<String, List<Double>> seconds = new TreeMap<>();

    /** Adds a fault after which the run went on. */
    void add(Fault fault, double secondsToNextStep) {
        String target = fault.kind() == Fault.Kind.BAD_RECORD ? "any topic" : fault.target();
        seconds.computeIfAbsent(
                        String.format(Locale.ROOT, "%-10s %-10s", fault.kind(), target.replaceAll("-\\d$", "")),
                        any -> new ArrayList<>())
                .add(secondsToNextStep);
    }

    /** Returns one line for each kind and target: count, median, largest. */
    String table() {
        return String.format(Locale.ROOT, "%-10s %-10s %6s %9s %8s%n", "fault", "target", "count", "median s", "max s")
                + seconds.entrySet().stream()
                        .map(each -> String.format(
                                Locale.ROOT,
                                "%s %6d %9.1f %8.1f%n",
                                each.getKey(),
                                each.getValue().size(),
                                at(each.getValue(), 0.5),
                                at(each.getValue(), 1)))
                        .collect(Collectors.joining());
    }

    /** Returns the same as comma-separated values. */
    String csv() {
        return "fault,target,count,median_seconds,max_seconds\n"
                + seconds.entrySet().stream()
                        .map(each -> String.format(
                                Locale.ROOT,
                                "%s,%d,%.2f,%.2f%n",
                                String.join(",", each.getKey().strip().split("\\s+", 2)),
                                each.getValue().size(),
                                at(each.getValue(), 0.5),
                                at(each.getValue(), 1)))
                        .collect(Collectors.joining());
    }

    int count() {
        return seconds.values().stream().mapToInt(List::size).sum();
    }

    private static double at(List<Double> values, double share) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return Arrays.copyOf(sorted, sorted.length)[(int) Math.round((sorted.length - 1) * share)];
    }
}
