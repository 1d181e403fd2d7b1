package dev.longstream.it.torture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Seconds from the end of each fault to the next gradient step, and gradient steps while it lasted, by kind of fault and target.
 */
final class RecoveryTimes {
    private final Map<String, List<Double>> seconds = new TreeMap<>();
    private final Map<String, Long> stepsDuring = new TreeMap<>();
    private final Map<String, Double> secondsDuring = new TreeMap<>();

    /** Adds a fault after which the run went on. */
    void add(Fault fault, double secondsToNextStep) {
        seconds.computeIfAbsent(key(fault), any -> new ArrayList<>()).add(secondsToNextStep);
    }

    /** Adds the gradient steps that were made while a fault lasted. */
    void during(Fault fault, long steps, double lasted) {
        stepsDuring.merge(key(fault), steps, Long::sum);
        secondsDuring.merge(key(fault), lasted, Double::sum);
    }

    private static String key(Fault fault) {
        String target = fault.kind() == Fault.Kind.BAD_RECORD ? "any topic" : fault.target();
        return String.format(Locale.ROOT, "%-10s %-10s", fault.kind(), target.replaceAll("-\\d$", ""));
    }

    /** Returns the steps a minute while faults lasted; empty for a fault without duration. */
    private String stepsAMinute(String key) {
        double minutes = secondsDuring.getOrDefault(key, 0.0) / 60;
        return key.startsWith(Fault.Kind.BAD_RECORD.name()) || minutes == 0
                ? ""
                : String.format(Locale.ROOT, "%.1f", stepsDuring.getOrDefault(key, 0L) / minutes);
    }

    /** Returns one line for each kind and target: count, median, largest, and steps a minute while the faults lasted. */
    String table() {
        return String.format(
                        Locale.ROOT,
                        "%-10s %-10s %6s %9s %8s %24s%n",
                        "fault",
                        "target",
                        "count",
                        "median s",
                        "max s",
                        "steps/min while it lasts")
                + seconds.entrySet().stream()
                        .map(each -> String.format(
                                Locale.ROOT,
                                "%s %6d %9.1f %8.1f %24s%n",
                                each.getKey(),
                                each.getValue().size(),
                                at(each.getValue(), 0.5),
                                at(each.getValue(), 1),
                                stepsAMinute(each.getKey())))
                        .collect(Collectors.joining());
    }

    /** Returns the same as comma-separated values. */
    String csv() {
        return "fault,target,count,median_seconds,max_seconds,steps_a_minute_while_it_lasts\n"
                + seconds.entrySet().stream()
                        .map(each -> String.format(
                                Locale.ROOT,
                                "%s,%d,%.2f,%.2f,%s%n",
                                String.join(",", each.getKey().strip().split("\\s+", 2)),
                                each.getValue().size(),
                                at(each.getValue(), 0.5),
                                at(each.getValue(), 1),
                                stepsAMinute(each.getKey())))
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
