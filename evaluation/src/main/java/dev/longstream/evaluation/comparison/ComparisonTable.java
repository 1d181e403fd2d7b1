package dev.longstream.evaluation.comparison;

import dev.longstream.evaluation.Bootstrap.Interval;
import org.apache.commons.text.StringEscapeUtils;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints the rows of a comparison as a table. Numbers in brackets are bootstrap intervals of 95 %. */
public final class ComparisonTable {
    private ComparisonTable() {}

    /** Returns the table as lines of Markdown, aligned so that it also reads well as plain text. */
    public static List<String> markdown(List<ComparisonRow> compared) {
        List<List<String>> rows = rows(compared, true);
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < rows.get(0).size(); column++) {
            int own = column;
            widths.add(
                    rows.stream().mapToInt(row -> row.get(own).length()).max().orElse(0));
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("|");
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column).replace("|", "\\|");
                line.append(' ')
                        .append(cell)
                        .append(" ".repeat(Math.max(0, widths.get(column) - cell.length())))
                        .append(" |");
            }
            lines.add(line.toString());
            if (lines.size() == 1) {
                lines.add(
                        widths.stream().map(width -> "-".repeat(width + 2)).collect(Collectors.joining("|", "|", "|")));
            }
        }
        return List.copyOf(lines);
    }

    /** Returns the table as lines of CSV with a header; the bounds of an interval are two columns. */
    public static List<String> csv(List<ComparisonRow> compared) {
        return rows(compared, false).stream()
                .map(row -> row.stream().map(StringEscapeUtils::escapeCsv).collect(Collectors.joining(",")))
                .toList();
    }

    private static List<List<String>> rows(List<ComparisonRow> compared, boolean forPeople) {
        List<Integer> ks = ComparisonRow.KS.stream()
                .filter(k ->
                        compared.stream().anyMatch(candidate -> candidate.pass().containsKey(k)))
                .toList();
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("candidate", "set", "questions", "attempts", "failed", "unscored"));
        value(head, "reward", forPeople);
        head.add("failed as 0");
        ks.forEach(k -> value(head, "pass@" + k, forPeople));
        head.addAll(List.of("tokens", "cut"));
        rows.add(head);
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
            rows.add(row);
        }
        return rows;
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
