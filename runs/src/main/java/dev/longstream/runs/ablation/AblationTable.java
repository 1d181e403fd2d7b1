package dev.longstream.runs.ablation;

import dev.longstream.files.Table;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Results of an ablation, one row per arm. A pure computation.
 *
 * @param name name of the study
 * @param baseline name of the arm that the others are compared with
 * @param primary outcome that the study was made for, as the plan states it; null if it states none
 * @param rows one row per arm, in the order of the plan
 */
public record AblationTable(String name, String baseline, @Nullable String primary, List<Row> rows) {
    /** Copies the rows. */
    public AblationTable {
        rows = List.copyOf(rows);
    }

    /**
     * Figures of one run.
     *
     * @param seed seed of the run
     * @param afterWarmUp held-out reward before reinforcement learning; null if not evaluated
     * @param afterRl held-out reward of the last policy version; null if not evaluated
     * @param responseLength mean length of an answer in tokens over the last tenth of the steps
     * @param steps number of gradient steps
     * @param staleness mean staleness of a trained token, in gradient steps
     * @param cost expense of the run
     */
    public record ArmOutcome(
            long seed,
            @Nullable Double afterWarmUp,
            @Nullable Double afterRl,
            double responseLength,
            long steps,
            double staleness,
            ArmCost cost) {}

    /**
     * Expense of a run.
     *
     * @param assignedGroups number of groups that were assigned, trained or not
     * @param generatedTokens number of sampled answer tokens
     * @param promptTokens number of prompt tokens of the assigned groups
     * @param seconds time during which the run's process was up
     */
    public record ArmCost(long assignedGroups, long generatedTokens, long promptTokens, double seconds) {}

    /**
     * Results of one arm.
     *
     * @param arm name of the arm
     * @param replays name of the arm whose answers it replays; null if it samples its own
     * @param runs finished runs, in the order of the seeds
     * @param afterWarmUp held-out reward before reinforcement learning, over the seeds; null without any
     * @param afterRl held-out reward of the last version, over the seeds; null without any
     * @param rise afterRl minus afterWarmUp, paired by seed; null without a run that has both
     * @param difference afterRl minus the baseline's, paired by seed; null for the baseline itself
     * @param adjustedP p-value of the difference, adjusted by Holm's method for the number of arms; null without a
     *     difference over two seeds
     */
    public record Row(
            String arm,
            @Nullable String replays,
            List<ArmOutcome> runs,
            @Nullable Spread afterWarmUp,
            @Nullable Spread afterRl,
            @Nullable Spread rise,
            @Nullable Spread difference,
            @Nullable Double adjustedP) {
        Row withAdjustedP(double p) {
            return new Row(arm, replays, runs, afterWarmUp, afterRl, rise, difference, p);
        }
    }

    /**
     * Computes the table.
     *
     * @param outcomes finished runs by the name of their arm; an arm without any gets a row without figures
     */
    static AblationTable of(AblationPlan plan, Map<String, List<ArmOutcome>> outcomes) {
        String baseline = plan.comparedWith();
        Map<Long, Double> reference = bySeed(outcomes.getOrDefault(baseline, List.of()));
        List<Row> rows = new ArrayList<>();
        for (AblationPlan.Arm arm : plan.arms()) {
            List<ArmOutcome> runs = outcomes.getOrDefault(arm.name(), List.of());
            Map<Long, Double> own = bySeed(runs);
            List<Double> differences = new ArrayList<>();
            own.forEach((seed, reward) -> {
                Double other = reference.get(seed);
                if (other != null) {
                    differences.add(reward - other);
                }
            });
            List<Double> warm = new ArrayList<>();
            List<Double> rises = new ArrayList<>();
            for (ArmOutcome run : runs) {
                Double before = run.afterWarmUp();
                Double after = run.afterRl();
                if (before != null) {
                    warm.add(before);
                }
                if (before != null && after != null) {
                    rises.add(after - before);
                }
            }
            rows.add(new Row(
                    arm.name(),
                    arm.replays(),
                    List.copyOf(runs),
                    Spread.of(warm).orElse(null),
                    Spread.of(List.copyOf(own.values())).orElse(null),
                    Spread.of(rises).orElse(null),
                    arm.name().equals(baseline) ? null : Spread.of(differences).orElse(null),
                    null));
        }
        return new AblationTable(plan.name(), baseline, plan.primary(), adjusted(rows));
    }

    /** Adds the p-values, adjusted for the number of arms that are compared with the baseline. */
    private static List<Row> adjusted(List<Row> rows) {
        List<Double> pValues = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            Spread difference = rows.get(i).difference();
            Double p = difference == null ? null : difference.pValue();
            if (p != null) {
                pValues.add(p);
                places.add(i);
            }
        }
        double[] adjusted = Holm.adjusted(pValues);
        List<Row> complete = new ArrayList<>(rows);
        for (int i = 0; i < adjusted.length; i++) {
            complete.set(places.get(i), rows.get(places.get(i)).withAdjustedP(adjusted[i]));
        }
        return complete;
    }

    private static Map<Long, Double> bySeed(List<ArmOutcome> runs) {
        Map<Long, Double> rewards = new TreeMap<>();
        for (ArmOutcome run : runs) {
            Double reward = run.afterRl();
            if (reward != null) {
                rewards.put(run.seed(), reward);
            }
        }
        return rewards;
    }

    /**
     * Returns the table as Markdown. Rewards are held-out rewards; ± is the standard deviation over the seeds, for a rise or a
     * difference half the width of its 95% interval (Student's t). "detectable" is the smallest difference that the design
     * finds with 80% power, "p" is two-sided and adjusted by Holm's method for the number of arms.
     */
    public List<String> markdown() {
        Table table = new Table(
                "arm",
                "answers",
                "seeds",
                "after warm-up",
                "after RL",
                "rise",
                "difference from " + baseline,
                "detectable",
                "p",
                "tokens",
                "steps",
                "staleness",
                "groups",
                "generated tokens",
                "prompt tokens",
                "seconds");
        rows.forEach(row -> table.row(cells(row)));
        List<String> lines = new ArrayList<>();
        if (primary != null) {
            lines.add("Primary outcome, written before the runs: " + primary);
            lines.add("");
        }
        lines.addAll(table.markdown());
        return lines;
    }

    private static List<String> cells(Row row) {
        Spread difference = row.difference();
        Double detectable = difference == null ? null : difference.detectable();
        Double p = row.adjustedP();
        return List.of(
                row.arm(),
                row.replays() == null ? "its own" : "of " + row.replays() + " (replayed)",
                Integer.toString(row.runs().size()),
                describe(row.afterWarmUp(), false),
                describe(row.afterRl(), false),
                describe(row.rise(), true),
                describe(difference, true),
                detectable == null ? "–" : format("%.3f", detectable),
                p == null ? "–" : p < 0.001 ? "< 0.001" : format("%.3f", p),
                mean(row.runs(), "%.1f", ArmOutcome::responseLength),
                mean(row.runs(), "%.1f", ArmOutcome::steps),
                mean(row.runs(), "%.2f", ArmOutcome::staleness),
                mean(row.runs(), "%.0f", run -> run.cost().assignedGroups()),
                mean(row.runs(), "%.0f", run -> run.cost().generatedTokens()),
                mean(row.runs(), "%.0f", run -> run.cost().promptTokens()),
                mean(row.runs(), "%.0f", run -> run.cost().seconds()));
    }

    private static String mean(List<ArmOutcome> runs, String form, ToDoubleFunction<ArmOutcome> of) {
        return runs.isEmpty()
                ? "–"
                : format(form, runs.stream().mapToDouble(of).average().orElse(0));
    }

    private static String describe(@Nullable Spread spread, boolean change) {
        if (spread == null) {
            return "–";
        }
        Double plusMinus = change ? spread.margin() : spread.deviation();
        String form = change ? "%+.3f" : "%.3f";
        return format(form, spread.mean()) + (plusMinus == null ? "" : format(" ± %.3f", plusMinus));
    }

    /** Returns the runs as CSV, one line per run after a header. */
    public List<String> csv() {
        Table table = new Table(
                "arm",
                "replays",
                "seed",
                "after_warm_up",
                "after_rl",
                "response_length",
                "steps",
                "staleness",
                "assigned_groups",
                "generated_tokens",
                "prompt_tokens",
                "seconds");
        for (Row row : rows) {
            for (ArmOutcome run : row.runs()) {
                table.row(
                        row.arm(),
                        row.replays() == null ? "" : row.replays(),
                        Long.toString(run.seed()),
                        text(run.afterWarmUp()),
                        text(run.afterRl()),
                        Double.toString(run.responseLength()),
                        Long.toString(run.steps()),
                        Double.toString(run.staleness()),
                        Long.toString(run.cost().assignedGroups()),
                        Long.toString(run.cost().generatedTokens()),
                        Long.toString(run.cost().promptTokens()),
                        Double.toString(run.cost().seconds()));
            }
        }
        return table.csv();
    }

    private static String text(@Nullable Double value) {
        return value == null ? "" : value.toString();
    }

    private static String format(String form, Object value) {
        return String.format(Locale.ROOT, form, value);
    }
}
