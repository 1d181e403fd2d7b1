package dev.longstream.charts;

import java.util.List;
import java.util.Locale;

/** Draws panels with lines and dots as SVG text. It needs no display and no fonts, and equal points give equal bytes. */
public final class Chart {
    /** Width of a panel in pixels. */
    public static final int WIDTH = 420;

    /** Height of a panel in pixels. */
    public static final int HEIGHT = 240;

    /** Space above the first row of panels in pixels. */
    public static final int TOP = 34;

    private static final int LEFT = 52;
    private static final int RIGHT = 14;
    private static final int BOTTOM = 34;
    private static final int TICKS = 4;

    private Chart() {}

    /** One point of a curve. */
    public record Point(double x, double y) {}

    /**
     * A line through points, or the points alone.
     *
     * @param name   written beside the panel's name; blank: not written
     * @param colour the SVG name or code of a colour
     * @param dots   whether the points are drawn without a line
     */
    public record Series(String name, String colour, boolean dots, List<Point> points) {}

    /** Begins a picture of two columns; the caller ends it with {@code </svg>}. */
    public static StringBuilder begin(String title, int height) {
        StringBuilder svg = new StringBuilder();
        svg.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">%n",
                2 * WIDTH, height));
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        return svg.append(text(LEFT, 22, "start", 15, title));
    }

    /** Draws a name beside its colour, in a list of names. */
    public static void legend(StringBuilder svg, int line, int top, String name, String colour) {
        int y = top + 18 * line;
        svg.append(format("<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"4\" fill=\"%s\"/>%n", LEFT, y - 6, colour));
        svg.append(text(LEFT + 20, y, "start", 12, name));
    }

    /** Draws axes, ticks and curves of one panel, at a column and a row of the picture. */
    public static void panel(StringBuilder svg, int column, int row, String name, List<Series> series) {
        List<Point> all = series.stream().flatMap(one -> one.points().stream()).toList();
        double right = Math.max(1, all.stream().mapToDouble(Point::x).max().orElse(1));
        double highest = all.stream().mapToDouble(Point::y).max().orElse(1);
        double top = highest <= 0 ? 1 : highest * 1.05;
        svg.append(format("<g transform=\"translate(%d,%d)\">%n", column * WIDTH, TOP + row * HEIGHT));
        svg.append(text(LEFT, TOP - 12, "start", 12, name));
        for (int tick = 0; tick <= TICKS; tick++) {
            double share = (double) tick / TICKS;
            double y = y(share * top, top);
            svg.append(format(
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
                    LEFT, WIDTH - RIGHT, y, y));
            svg.append(text(LEFT - 6, y + 4, "end", 10, format("%.3g", share * top)));
            svg.append(
                    text(x(share * right, right), HEIGHT - BOTTOM + 16, "middle", 10, format("%.0f", share * right)));
        }
        int label = WIDTH - RIGHT;
        for (int i = series.size() - 1; i >= 0; i--) {
            Series one = series.get(i);
            draw(svg, one, right, top);
            svg.append(format(
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"%s\">%s</text>%n",
                    label, TOP - 12, one.colour(), escaped(one.name())));
            label -= 8 * one.name().length() + 12;
        }
        svg.append("</g>\n");
    }

    private static void draw(StringBuilder svg, Series series, double right, double top) {
        if (series.dots()) {
            series.points()
                    .forEach(point -> svg.append(format(
                            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>%n",
                            x(point.x(), right), y(point.y(), top), series.colour())));
            return;
        }
        StringBuilder points = new StringBuilder();
        series.points()
                .forEach(point ->
                        points.append(format("%.1f,%.1f ", x(point.x(), right), y(Math.max(0, point.y()), top))));
        svg.append(format(
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"%s\"/>%n",
                series.colour(), points.toString().strip()));
    }

    private static double x(double value, double right) {
        return LEFT + value / right * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double value, double top) {
        return TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
    }

    private static String text(double x, double y, String anchor, int size, String words) {
        return format(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\">%s</text>%n",
                x, y, anchor, size, escaped(words));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form.replace("%n", "\n"), values);
    }
}
