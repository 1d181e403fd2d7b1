package dev.longstream.runs.report;

import dev.longstream.charts.Chart;
import dev.longstream.charts.Chart.Point;
import dev.longstream.charts.Chart.Series;
import dev.longstream.record.Step;
import dev.longstream.record.StepSlice;
import dev.longstream.runs.report.BehaviourReport.Means;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Plots the training dynamics of one or several runs, like QwenLong-L1's Figure 2: reward, entropy, KL to the initial policy and
 * answer length over gradient steps, for a whole run, by phase or by input length.
 */
public final class Dynamics {
    private static final List<String> COLOURS = List.of(
            "#3b6ea5", "#c2571a", "#3f8f4f", "#8a4fa3", "#b8860b", "#2a9d9d", "#b03060", "#6b6b6b", "#7a9a01",
            "#4b4bd0");

    private Dynamics() {}

    /** Division of a run's answers into curves. */
    public enum By {
        /** One curve for all answers. */
        RUN,
        /** One curve per phase. */
        PHASE,
        /** One curve per range of input lengths. */
        LENGTH
    }

    /**
     * Values of a curve at one gradient step.
     *
     * @param step number of the gradient step
     * @param reward mean reward
     * @param entropy mean entropy in nats per token
     * @param klToInitial mean KL divergence from the initial policy in nats per token; null if not measured
     * @param responseLength mean length of an answer in tokens
     */
    public record At(long step, double reward, double entropy, @Nullable Double klToInitial, double responseLength) {}

    /**
     * Returns the curves by name, which is the run's name and the part that the curve shows.
     *
     * @param runs steps by name of the run, in ascending order of their version
     * @param by division into curves
     */
    public static Map<String, List<At>> curves(Map<String, List<Step>> runs, By by) {
        Map<String, List<At>> curves = new LinkedHashMap<>();
        runs.forEach((run, steps) -> {
            if (by == By.RUN) {
                curves.put(run, steps.stream().map(Dynamics::whole).toList());
            } else {
                curves.putAll(parts(run, steps, by));
            }
        });
        return curves;
    }

    private static At whole(Step step) {
        return new At(
                step.getVersion(),
                step.getReward(),
                step.getEntropy(),
                step.getKlToInitial(),
                step.getResponseLength());
    }

    private static Map<String, List<At>> parts(String run, List<Step> steps, By by) {
        Map<Integer, String> names = new TreeMap<>();
        Map<Integer, List<At>> parts = new TreeMap<>();
        for (Step step : steps) {
            Map<Integer, List<StepSlice>> own = new TreeMap<>();
            for (StepSlice slice : step.getSlices()) {
                int part = by == By.PHASE ? slice.getPhaseIndex() : slice.getUpTo();
                own.computeIfAbsent(part, key -> new ArrayList<>()).add(slice);
                names.putIfAbsent(part, slice.getMoreThan() + "–" + slice.getUpTo() + " tokens");
            }
            own.forEach((part, slices) -> parts.computeIfAbsent(part, key -> new ArrayList<>())
                    .add(DynamicsSlice.of(slices).at(step.getVersion())));
            if (by == By.PHASE) {
                names.put(step.getPhaseIndex(), step.getPhase());
            }
        }
        Map<String, List<At>> named = new LinkedHashMap<>();
        parts.forEach((part, at) -> named.put(run + ": " + names.get(part), at));
        return named;
    }

    /**
     * Returns the plot as SVG: four panels, four more if behaviours were counted, and a legend.
     *
     * @param title title of the plot
     * @param curves curves by name
     * @param behaviours mean counts of reasoning behaviours by name of the curve; curves without counts may be missing
     */
    public static String svg(
            String title, Map<String, List<At>> curves, Map<String, List<BehaviourReport.AtStep>> behaviours) {
        boolean counted = behaviours.values().stream()
                .flatMap(List::stream)
                .anyMatch(at -> at.answers().counted() > 0);
        int legend = (counted ? 4 : 2) * Chart.HEIGHT + Chart.TOP + 18;
        StringBuilder svg = Chart.begin(title, legend + 18 * curves.size());
        Chart.panel(svg, 0, 0, "reward", series(curves, At::reward));
        Chart.panel(svg, 1, 0, "entropy (nats per token)", series(curves, At::entropy));
        Chart.panel(svg, 0, 1, "KL to the initial policy (nats per token)", series(curves, At::klToInitial));
        Chart.panel(svg, 1, 1, "answer length (tokens)", series(curves, At::responseLength));
        if (counted) {
            Map<String, List<BehaviourReport.AtStep>> own = new LinkedHashMap<>();
            curves.keySet().forEach(name -> own.put(name, behaviours.getOrDefault(name, List.of())));
            behaviour(svg, 0, 2, "grounding", own, Means::grounding);
            behaviour(svg, 1, 2, "subgoals", own, Means::subgoals);
            behaviour(svg, 0, 3, "backtracking", own, Means::backtracking);
            behaviour(svg, 1, 3, "verification", own, Means::verification);
        }
        int line = 0;
        for (String name : curves.keySet()) {
            Chart.legend(svg, line, legend, name, colour(line));
            line++;
        }
        return svg.append("</svg>\n").toString();
    }

    private static void behaviour(
            StringBuilder svg,
            int column,
            int row,
            String name,
            Map<String, List<BehaviourReport.AtStep>> curves,
            Function<Means, @Nullable Double> of) {
        Chart.panel(
                svg,
                column,
                row,
                name + " (mean count per answer)",
                series(curves, BehaviourReport.AtStep::step, at -> of.apply(at.answers())));
    }

    private static List<Series> series(Map<String, List<At>> curves, Function<At, @Nullable Double> of) {
        return series(curves, At::step, of);
    }

    private static <T> List<Series> series(
            Map<String, List<T>> curves, ToLongFunction<T> step, Function<T, @Nullable Double> of) {
        List<Series> series = new ArrayList<>();
        for (List<T> curve : curves.values()) {
            List<Point> points = new ArrayList<>();
            for (T at : curve) {
                Double value = of.apply(at);
                if (value != null) {
                    points.add(new Point(step.applyAsLong(at), value));
                }
            }
            series.add(new Series("", colour(series.size()), false, List.copyOf(points)));
        }
        return series;
    }

    private static String colour(int number) {
        return COLOURS.get(number % COLOURS.size());
    }

    /** Sum of several slices of a step, with means over their trajectories or tokens. */
    record DynamicsSlice(
            int groups,
            int trajectories,
            long tokens,
            double reward,
            double entropy,
            @Nullable Double klToInitial,
            double responseLength) {

        static DynamicsSlice of(List<StepSlice> slices) {
            int groups = 0;
            int trajectories = 0;
            long tokens = 0;
            double reward = 0;
            double entropy = 0;
            double kl = 0;
            long klTokens = 0;
            for (StepSlice slice : slices) {
                groups += slice.getGroups();
                trajectories += slice.getTrajectories();
                tokens += slice.getCompletionTokens();
                reward += slice.getReward() * slice.getTrajectories();
                entropy += slice.getEntropy() * slice.getCompletionTokens();
                Double own = slice.getKlToInitial();
                if (own != null) {
                    kl += own * slice.getCompletionTokens();
                    klTokens += slice.getCompletionTokens();
                }
            }
            return new DynamicsSlice(
                    groups,
                    trajectories,
                    tokens,
                    trajectories == 0 ? 0 : reward / trajectories,
                    tokens == 0 ? 0 : entropy / tokens,
                    klTokens == 0 ? null : (Double) (kl / klTokens),
                    trajectories == 0 ? 0 : (double) tokens / trajectories);
        }

        At at(long step) {
            return new At(step, reward, entropy, klToInitial, responseLength);
        }
    }
}
