package dev.longstream.files;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes rows of cells as Markdown, as CSV or as aligned text. The first row is the head. */
public final class Table {
    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    /** Starts a table with its head. */
    public Table(String... head) {
        this(Arrays.asList(head));
    }

    /** Starts a table with its head. */
    public Table(List<String> head) {
        columns = head.size();
        rows.add(List.copyOf(head));
    }

    /** Adds a row. */
    public Table row(String... cells) {
        return row(Arrays.asList(cells));
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException when it has more or fewer cells than the head
     */
    public Table row(List<String> cells) {
        if (cells.size() != columns) {
            throw new IllegalArgumentException(
                    "a row has " + cells.size() + " cells, expected " + columns + ": " + cells);
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    /** Returns lines of Markdown whose columns are aligned, so that they read well as text too. */
    public List<String> markdown() {
        List<List<String>> escaped = rows.stream()
                .map(row -> row.stream().map(cell -> cell.replace("|", "\\|")).toList())
                .toList();
        int[] widths = widths(escaped);
        List<String> lines = new ArrayList<>();
        for (List<String> row : escaped) {
            lines.add(IntStream.range(0, columns)
                    .mapToObj(column -> padded(row.get(column), widths[column]))
                    .collect(Collectors.joining(" | ", "| ", " |")));
        }
        lines.add(
                1,
                Arrays.stream(widths)
                        .mapToObj(width -> "-".repeat(width + 2))
                        .collect(Collectors.joining("|", "|", "|")));
        return lines;
    }

    /** Returns lines of CSV; a cell with a comma, a quote or a line break is quoted. */
    public List<String> csv() {
        return rows.stream()
                .map(row -> row.stream().map(Table::quoted).collect(Collectors.joining(",")))
                .toList();
    }

    /**
     * Returns lines of text. The first column is aligned to the left, the others to the right.
     *
     * @param minFirst minimal width of the first column, in characters
     * @param minOther minimal width of every other column, in characters
     */
    public List<String> text(int minFirst, int minOther) {
        int[] widths = widths(rows);
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(padded(row.get(0), Math.max(minFirst, widths[0])));
            for (int column = 1; column < columns; column++) {
                String cell = row.get(column);
                line.append(" ".repeat(1 + Math.max(minOther, widths[column]) - cell.length()))
                        .append(cell);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private int[] widths(List<List<String>> cells) {
        return IntStream.range(0, columns)
                .map(column -> cells.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
    }

    private static String padded(String cell, int width) {
        return cell + " ".repeat(width - cell.length());
    }

    private static String quoted(String cell) {
        return cell.matches("(?s).*[,\"\r\n].*") ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell;
    }
}
