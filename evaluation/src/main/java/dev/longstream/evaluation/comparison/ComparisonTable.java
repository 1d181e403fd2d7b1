package dev.longstream.evaluation.comparison;

import dev.longstream.files.Table;
import dev.longstream.judging.Interval;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Prints the rows of a comparison as a table. Numbers in brackets are bootstrap intervals of 95 %. */
public final class ComparisonTable {
    private ComparisonTable() {}

    /** Returns the table as lines of Markdown, aligned so that it also reads well as plain text. */
    public static List<String> markdown(List<ComparisonRow> compared) {
        return table(compared, true).markdown();
    }

    /** Returns the differences between candidates, one line each. */
    public static List<String> differences(List<PairedDifference> differences) {
        return differences.stream()
                .map(difference -> String.format(
                        Locale.ROOT,
                        "%s - %s: %+.3f [%+.3f, %+.3f] on %d questions that both answered",
                        difference.candidate(),
                        difference.baseline(),
                        difference.difference(),
                        difference.interval().low(),
                        difference.interval().high(),
                        difference.questions()))
                .toList();
    }

    /** Returns the table as lines of CSV with a header; the bounds of an interval are two columns. */
    public static List<String> csv(List<ComparisonRow> compared) {
        return table(compared, false).csv();
    }

    private static Table table(List<ComparisonRow> compared, boolean forPeople) {
        List<Integer> ks = ComparisonRow.KS.stream()
                .filter(k ->
                        compared.stream().anyMatch(candidate -> candidate.pass().containsKey(k)))
                .toList();
        List<String> head = new ArrayList<>(List.of("candidate", "set", "questions", "attempts", "failed", "unscored"));
        value(head, "reward", forPeople);
        head.add("failed as 0");
        ks.forEach(k -> value(head, "pass@" + k, forPeople));
        head.addAll(List.of("tokens", "cut"));
        Table table = new Table(head);
        for (ComparisonRow candidate : compared) {
            List<String> row = new ArrayList<>(Stream.of(
                            candidate.counts().questions(),
                            candidate.counts().attempts(),
                            candidate.counts().failed(),
                            candidate.counts().unscored())
                    .map(String::valueOf)
                    .toList());
            row.addAll(0, List.of(candidate.candidate(), candidate.set()));
            value(row, candidate.reward(), candidate.interval(), forPeople);
            row.add(number(candidate.failedAsZero()));
            for (int k : ks) {
                ComparisonRow.PassRate pass = candidate.pass().get(k);
                value(row, pass == null ? null : pass.mean(), pass == null ? null : pass.interval(), forPeople);
            }
            row.add(String.format(Locale.ROOT, "%.1f", candidate.responseLength()));
            row.add(number(candidate.truncatedFraction()));
            table.row(row);
        }
        return table;
    }

    private static void value(List<String> head, String name, boolean forPeople) {
        head.addAll(forPeople ? List.of(name) : List.of(name, name + " low", name + " high"));
    }

    private static void value(List<String> row, @Nullable Double mean, @Nullable Interval interval, boolean forPeople) {
        if (mean == null || interval == null) {
            row.addAll(forPeople ? List.of("–") : List.of("", "", ""));
        } else if (forPeople) {
            row.add(number(mean) + " [" + number(interval.low()) + ", " + number(interval.high()) + "]");
        } else {
            row.addAll(List.of(number(mean), number(interval.low()), number(interval.high())));
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
