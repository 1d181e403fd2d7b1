package dev.longstream.benchmarks;

import dev.longstream.charts.Chart;
import dev.longstream.charts.Chart.Point;
import dev.longstream.charts.Chart.Series;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;

/**
 * Draws cost against prompt length as an SVG picture: seconds, seconds a thousand tokens (a level line where cost is linear),
 * memory.
 */
public final class BenchCurves {
    private static final List<String> COLOURS = List.of("#3b6ea5", "#c2571a", "#4d8a3d", "#7a4fa3");
    private static final double MEBIBYTE = 1 << 20;

    private BenchCurves() {}

    /**
     * Draws a curve for each contender.
     *
     * @param figures of one kind of work at several prompt lengths
     */
    public static String svg(List<Figures> figures) {
        List<String> names = figures.stream()
                .flatMap(of -> of.entries().stream())
                .map(Figures.Figure::name)
                .distinct()
                .toList();
        int top = 2 * Chart.HEIGHT + Chart.TOP;
        StringBuilder svg = Chart.begin(figures.get(0).what() + " against prompt tokens", top + 18 * names.size() + 20);
        Chart.panel(svg, 0, 0, "seconds", series(figures, (of, entry) -> entry.medianSeconds()));
        Chart.panel(
                svg,
                1,
                0,
                "seconds a thousand prompt tokens",
                series(
                        figures,
                        (of, entry) -> 1000 * entry.medianSeconds() / of.shape().promptTokens()));
        Chart.panel(svg, 0, 1, "peak memory (MiB)", series(figures, (of, entry) -> entry.peakMemoryBytes() / MEBIBYTE));
        for (int i = 0; i < names.size(); i++) {
            Chart.legend(svg, i, top + 16, names.get(i), COLOURS.get(i % COLOURS.size()));
        }
        return svg.append("</svg>\n").toString();
    }

    private static List<Series> series(List<Figures> figures, ToDoubleBiFunction<Figures, Figures.Figure> value) {
        Map<String, List<Point>> points = new LinkedHashMap<>();
        for (Figures of : figures) {
            for (Figures.Figure entry : of.entries()) {
                points.computeIfAbsent(entry.name(), name -> new ArrayList<>())
                        .add(new Point(of.shape().promptTokens(), value.applyAsDouble(of, entry)));
            }
        }
        List<Series> series = new ArrayList<>();
        for (List<Point> curve : points.values()) {
            series.add(new Series("", COLOURS.get(series.size() % COLOURS.size()), false, curve));
        }
        return series;
    }
}
