package dev.longstream.runs.report;

import dev.longstream.charts.Chart;
import dev.longstream.charts.Chart.Point;
import dev.longstream.charts.Chart.Series;
import dev.longstream.record.Step;
import dev.longstream.record.StepSlice;
import dev.longstream.runs.report.BehaviourReport.Means;
import dev.longstream.runs.report.SampledGroups.SampledFigures;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
     * Records of a run that curves are drawn from.
     *
     * @param steps steps in ascending order of their version
     * @param sampled everything that the run sampled
     */
    public record RunRecords(List<Step> steps, SampledGroups sampled) {}

    /**
     * Values of a curve at one policy version; null where nothing was measured. Reward, length and shares are those of all
     * sampled answers, entropy and KL those of the answers that were trained on.
     *
     * @param step policy version: the number of gradient steps before it
     * @param reward mean reward
     * @param entropy mean entropy in nats per token
     * @param klToInitial mean KL divergence from the initial policy in nats per token
     * @param responseLength mean length of an answer in tokens
     * @param solvedFraction fraction of groups whose answers all have the same reward above 0
     * @param failedFraction fraction of groups whose answers all have the same reward of at most 0
     */
    public record At(
            long step,
            @Nullable Double reward,
            @Nullable Double entropy,
            @Nullable Double klToInitial,
            @Nullable Double responseLength,
            @Nullable Double solvedFraction,
            @Nullable Double failedFraction) {}

    /**
     * Returns the curves by name, which is the run's name and the part that the curve shows.
     *
     * @param runs records by name of the run
     * @param by division into curves
     */
    public static Map<String, List<At>> curves(Map<String, RunRecords> runs, By by) {
        Map<String, List<At>> curves = new LinkedHashMap<>();
        runs.forEach((run, records) -> {
            Map<Integer, Map<Long, DynamicsSlice>> trained = trained(records.steps(), by);
            Map<Integer, Map<Long, SampledFigures>> sampled = records.sampled().parts(by);
            Set<Integer> parts = new TreeSet<>(trained.keySet());
            parts.addAll(sampled.keySet());
            Map<Integer, String> phases = new TreeMap<>(records.sampled().phases());
            records.steps().forEach(step -> phases.put(step.getPhaseIndex(), step.getPhase()));
            for (int part : parts) {
                curves.put(
                        run + name(part, phases, by),
                        merged(trained.getOrDefault(part, Map.of()), sampled.getOrDefault(part, Map.of())));
            }
        });
        return curves;
    }

    private static String name(int part, Map<Integer, String> phases, By by) {
        return switch (by) {
            case RUN -> "";
            case PHASE -> ": " + phases.getOrDefault(part, "phase " + part);
            case LENGTH -> ": " + moreThan(part) + "–" + part + " tokens";
        };
    }

    private static List<At> merged(Map<Long, DynamicsSlice> trained, Map<Long, SampledFigures> sampled) {
        Set<Long> versions = new TreeSet<>(trained.keySet());
        versions.addAll(sampled.keySet());
        List<At> curve = new ArrayList<>();
        for (long version : versions) {
            DynamicsSlice step = trained.get(version);
            SampledFigures at = sampled.get(version);
            curve.add(new At(
                    version,
                    at == null ? null : (Double) at.reward(),
                    step == null ? null : (Double) step.entropy(),
                    step == null ? null : step.klToInitial(),
                    at == null ? null : (Double) at.responseLength(),
                    at == null ? null : (Double) at.solvedFraction(),
                    at == null ? null : (Double) at.failedFraction()));
        }
        return curve;
    }

    /** Returns the figures of trained answers by part and by the version that the step began with. */
    private static Map<Integer, Map<Long, DynamicsSlice>> trained(List<Step> steps, By by) {
        Map<Integer, Map<Long, DynamicsSlice>> parts = new TreeMap<>();
        for (Step step : steps) {
            long version = step.getVersion() - 1;
            if (by == By.RUN) {
                parts.computeIfAbsent(0, key -> new TreeMap<>()).put(version, DynamicsSlice.of(step));
                continue;
            }
            Map<Integer, List<StepSlice>> own = new TreeMap<>();
            for (StepSlice slice : step.getSlices()) {
                own.computeIfAbsent(by == By.PHASE ? slice.getPhaseIndex() : slice.getUpTo(), key -> new ArrayList<>())
                        .add(slice);
            }
            own.forEach((part, slices) ->
                    parts.computeIfAbsent(part, key -> new TreeMap<>()).put(version, DynamicsSlice.of(slices)));
        }
        return parts;
    }

    /** Returns the upper bound of the range of lengths that {@code tokens} is in: the next power of two. */
    public static int upTo(int tokens) {
        return tokens <= 1 ? 1 : 2 * Integer.highestOneBit(tokens - 1);
    }

    /** Returns the number of tokens above which the range of lengths up to {@code upTo} begins. */
    public static int moreThan(int upTo) {
        return upTo == 1 ? 0 : upTo / 2;
    }

    /**
     * Returns the plot as SVG: six panels, four more if behaviours were counted, and a legend.
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
        int legend = (counted ? 5 : 3) * Chart.HEIGHT + Chart.TOP + 18;
        StringBuilder svg = Chart.begin(title, legend + 18 * curves.size());
        Chart.panel(svg, 0, 0, "reward of all sampled answers", series(curves, At::reward));
        Chart.panel(svg, 1, 0, "entropy (nats per token)", series(curves, At::entropy));
        Chart.panel(svg, 0, 1, "KL to the initial policy (nats per token)", series(curves, At::klToInitial));
        Chart.panel(svg, 1, 1, "answer length (tokens)", series(curves, At::responseLength));
        Chart.panel(svg, 0, 2, "groups always solved (fraction)", series(curves, At::solvedFraction));
        Chart.panel(svg, 1, 2, "groups never solved (fraction)", series(curves, At::failedFraction));
        if (counted) {
            Map<String, List<BehaviourReport.AtStep>> own = new LinkedHashMap<>();
            curves.keySet().forEach(name -> own.put(name, behaviours.getOrDefault(name, List.of())));
            behaviour(svg, 0, 3, "grounding", own, Means::grounding);
            behaviour(svg, 1, 3, "subgoals", own, Means::subgoals);
            behaviour(svg, 0, 4, "backtracking", own, Means::backtracking);
            behaviour(svg, 1, 4, "verification", own, Means::verification);
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

        static DynamicsSlice of(Step step) {
            return new DynamicsSlice(
                    step.getGroups(),
                    step.getTrajectories(),
                    step.getCompletionTokens(),
                    step.getReward(),
                    step.getEntropy(),
                    step.getKlToInitial(),
                    step.getResponseLength());
        }

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
    }
}
