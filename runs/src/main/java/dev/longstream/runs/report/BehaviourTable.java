package dev.longstream.runs.report;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints the counts of reasoning behaviours as a table with one row per phase. */
public final class BehaviourTable {
    private BehaviourTable() {}

    /** Returns the table, one line per row. */
    public static List<String> lines(BehaviourReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(row(
                "mean per answer", "grounding", "subgoals", "backtracking", "verification", "counted", "not counted"));
        for (BehaviourReport.InPhase phase : report.byPhase()) {
            BehaviourReport.Means means = phase.answers();
            lines.add(row(
                    "  " + phase.phase(),
                    number(means.grounding()),
                    number(means.subgoals()),
                    number(means.backtracking()),
                    number(means.verification()),
                    Integer.toString(means.counted()),
                    Integer.toString(means.notCounted())));
        }
        lines.add("  by " + report.judge() + ", " + report.byStep().size() + " steps, at most " + report.sample()
                + " answers of each");
        return List.copyOf(lines);
    }

    private static String row(String name, String... cells) {
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%-18s", name));
        for (String cell : cells) {
            row.append(String.format(Locale.ROOT, " %12s", cell));
        }
        return row.toString();
    }

    private static String number(@Nullable Double value) {
        return value == null ? "–" : String.format(Locale.ROOT, "%.2f", value);
    }
}
