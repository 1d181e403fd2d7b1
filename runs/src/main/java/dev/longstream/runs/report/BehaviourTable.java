package dev.longstream.runs.report;

import dev.longstream.files.Table;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints the counts of reasoning behaviours as a table with one row per phase. */
public final class BehaviourTable {
    private static final int NAME_WIDTH = 18;
    private static final int NUMBER_WIDTH = 12;

    private BehaviourTable() {}

    /** Returns the table, one line per row. */
    public static List<String> lines(BehaviourReport report) {
        Table table = new Table(
                "mean an answer", "grounding", "subgoals", "backtracking", "verification", "counted", "not counted");
        for (BehaviourReport.InPhase phase : report.byPhase()) {
            BehaviourReport.Means means = phase.answers();
            table.row(
                    "  " + phase.phase(),
                    number(means.grounding()),
                    number(means.subgoals()),
                    number(means.backtracking()),
                    number(means.verification()),
                    Integer.toString(means.counted()),
                    Integer.toString(means.notCounted()));
        }
        List<String> lines = new ArrayList<>(table.text(NAME_WIDTH, NUMBER_WIDTH));
        lines.add("  by " + report.judge() + ", " + report.byStep().size() + " steps, at most " + report.sample()
                + " answers of each");
        return List.copyOf(lines);
    }

    private static String number(@Nullable Double value) {
        return value == null ? "–" : String.format(Locale.ROOT, "%.2f", value);
    }
}
