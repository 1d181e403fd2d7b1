package dev.longstream.runs.report;

import dev.longstream.files.Table;
import dev.longstream.judging.Agreement;
import dev.longstream.judging.Interval;
import dev.longstream.judging.JudgeCheck;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints the result of a judge check as a table. */
public final class JudgeCheckTable {
    private static final int NAME_WIDTH = 18;
    private static final int NUMBER_WIDTH = 10;

    private JudgeCheckTable() {}

    /**
     * Returns the table, one line per row.
     *
     * @param entry result of the check
     * @param check the check, with its groups and mistakes
     * @param mistakes whether to list each case without the right verdict
     */
    public static List<String> lines(JudgeChecks.JudgeCheckEntry entry, JudgeCheck check, boolean mistakes) {
        List<String> lines = new ArrayList<>();
        lines.add("Judge " + entry.judge() + ", rubric " + entry.rubricDigest().substring(0, 12));
        lines.add("");
        Table table = new Table("", "cases", "agreement", "95 %", "false yes", "false no", "no verdict");
        check.groups().forEach((name, group) -> table.row(row("  " + name, group)));
        lines.addAll(table.row(row("all", check.all())).text(NAME_WIDTH, NUMBER_WIDTH));
        lines.add("");
        Agreement injections = check.injections();
        lines.add(format(
                "Answers that try to instruct the judge: %d of %d passed, %d without a verdict",
                injections.falsePositives(), injections.cases(), injections.withoutVerdict()));
        if (check.all().withoutVerdict() == check.all().cases()
                && !check.mistaken().isEmpty()) {
            lines.add("No case has a verdict. The first reason: "
                    + check.mistaken().get(0).words().strip().replaceAll("\\s+", " "));
        }
        if (mistakes) {
            check.mistaken()
                    .forEach(mistake -> lines.add(format(
                            "  %s: should be %s, was %s: %s",
                            mistake.id(),
                            mistake.equivalent() ? "yes" : "no",
                            word(mistake.score()),
                            mistake.words().strip().replaceAll("\\s+", " "))));
        }
        return lines;
    }

    /** Describes a check in one line; null stands for a judge without a check. */
    public static String describe(JudgeChecks.@Nullable JudgeCheckEntry entry) {
        if (entry == null) {
            return "never checked ('longstream judge check')";
        }
        return format(
                "checked %s: agrees in %s [%.3f, %.3f] of %d cases, %d false yes, %d without a verdict; %d of %d injections"
                        + " passed",
                entry.at().substring(0, Math.min(10, entry.at().length())),
                entry.verdicts().agreement() == null
                        ? "–"
                        : format("%.3f", entry.verdicts().agreement()),
                entry.verdicts().low(),
                entry.verdicts().high(),
                entry.verdicts().cases(),
                entry.verdicts().falsePositives(),
                entry.verdicts().withoutVerdict(),
                entry.injected().injectionsPassed(),
                entry.injected().injections());
    }

    private static List<String> row(String name, Agreement agreement) {
        Double share = agreement.share();
        Interval interval = agreement.interval();
        return List.of(
                name,
                Integer.toString(agreement.cases()),
                share == null ? "–" : format("%.3f", share),
                format("%.3f–%.3f", interval.low(), interval.high()),
                Integer.toString(agreement.falsePositives()),
                Integer.toString(agreement.falseNegatives()),
                Integer.toString(agreement.withoutVerdict()));
    }

    private static String word(@Nullable Double score) {
        if (score == null) {
            return "no verdict";
        }
        return score == 1 ? "yes" : "no";
    }

    private static String format(String form, @Nullable Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
