package dev.longstream.runs.report;

import dev.longstream.charts.Chart;
import dev.longstream.charts.Chart.Point;
import dev.longstream.charts.Chart.Series;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Step;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Plots the curves of a run as SVG: reward of all sampled answers and of held-out questions, answer length, entropy and
 * staleness over gradient steps.
 */
public final class Curves {
    private static final String TRAINING = "#3b6ea5";
    private static final String HELD_OUT = "#c2571a";

    private Curves() {}

    /**
     * Returns the plot.
     *
     * @param title title of the plot
     * @param steps steps in ascending order of their version
     * @param sampled everything that the run sampled
     * @param evaluations held-out rewards in any order; those of versions below 0 are not drawn
     */
    public static String svg(String title, List<Step> steps, SampledGroups sampled, List<Evaluation> evaluations) {
        List<Point> heldOut = evaluations.stream()
                .filter(evaluation -> evaluation.getVersion() >= 0)
                .map(evaluation -> new Point(evaluation.getVersion(), evaluation.getReward()))
                .sorted((a, b) -> Double.compare(a.x(), b.x()))
                .toList();
        StringBuilder svg = Chart.begin(title, 2 * Chart.HEIGHT + Chart.TOP);
        Chart.panel(
                svg,
                0,
                0,
                "reward",
                List.of(
                        new Series("sampled", TRAINING, false, rewards(sampled)),
                        new Series("held-out", HELD_OUT, true, heldOut)));
        Chart.panel(
                svg,
                1,
                0,
                "answer length (tokens)",
                List.of(new Series("mean", TRAINING, false, curve(steps, Step::getResponseLength))));
        Chart.panel(
                svg,
                0,
                1,
                "entropy (nats per token)",
                List.of(new Series("mean", TRAINING, false, curve(steps, Step::getEntropy))));
        Chart.panel(
                svg,
                1,
                1,
                "staleness (gradient steps)",
                List.of(
                        new Series("mean", TRAINING, false, curve(steps, Step::getStalenessMean)),
                        new Series("largest", HELD_OUT, false, curve(steps, step -> step.getStalenessMax()))));
        return svg.append("</svg>\n").toString();
    }

    private static List<Point> rewards(SampledGroups sampled) {
        List<Point> points = new ArrayList<>();
        sampled.parts(Dynamics.By.RUN)
                .values()
                .forEach(versions -> versions.forEach((version, at) -> points.add(new Point(version, at.reward()))));
        return points;
    }

    static List<Point> curve(List<Step> steps, ToDoubleFunction<Step> of) {
        List<Point> points = new ArrayList<>();
        steps.forEach(step -> points.add(new Point(step.getVersion(), of.applyAsDouble(step))));
        return points;
    }
}
