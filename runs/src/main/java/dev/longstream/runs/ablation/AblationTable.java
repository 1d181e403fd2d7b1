package dev.longstream.runs.ablation;

import dev.longstream.files.Table;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Results of an ablation, one row per arm. A pure computation.
 *
 * @param name name of the study
 * @param baseline name of the arm that the others are compared with
 * @param rows one row per arm, in the order of the plan
 */
public record AblationTable(String name, String baseline, List<Row> rows) {
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
     */
    public record ArmOutcome(
            long seed, @Nullable Double afterWarmUp, @Nullable Double afterRl, double responseLength, long steps) {}

    /**
     * Mean of several values with its standard deviation and standard error.
     *
     * @param count n, number of values
     * @param mean mean of the values
     * @param deviation sample standard deviation (n − 1); null for fewer than two values
     * @param standardError standard error of the mean, deviation / √n; null for fewer than two values
     */
    public record Spread(int count, double mean, @Nullable Double deviation, @Nullable Double standardError) {
        /** Returns the mean and spread of the values; empty without values. */
        static Optional<Spread> of(List<Double> values) {
            if (values.isEmpty()) {
                return Optional.empty();
            }
            int n = values.size();
            double mean =
                    values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
            if (n < 2) {
                return Optional.of(new Spread(n, mean, null, null));
            }
            double squares = values.stream()
                    .mapToDouble(value -> (value - mean) * (value - mean))
                    .sum();
            double deviation = Math.sqrt(squares / (n - 1));
            return Optional.of(new Spread(n, mean, deviation, deviation / Math.sqrt(n)));
        }
    }

    /**
     * Results of one arm.
     *
     * @param arm name of the arm
     * @param replays name of the arm whose answers it replays; null if it samples its own
     * @param runs finished runs, in the order of the seeds
     * @param afterWarmUp held-out reward before reinforcement learning, over the seeds; null without any
     * @param afterRl held-out reward of the last version, over the seeds; null without any
     * @param difference afterRl minus the baseline's, paired by seed; null for the baseline itself
     */
    public record Row(
            String arm,
            @Nullable String replays,
            List<ArmOutcome> runs,
            @Nullable Spread afterWarmUp,
            @Nullable Spread afterRl,
            @Nullable Spread difference) {}

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
            for (ArmOutcome run : runs) {
                Double reward = run.afterWarmUp();
                if (reward != null) {
                    warm.add(reward);
                }
            }
            rows.add(new Row(
                    arm.name(),
                    arm.replays(),
                    List.copyOf(runs),
                    Spread.of(warm).orElse(null),
                    Spread.of(List.copyOf(own.values())).orElse(null),
                    arm.name().equals(baseline) ? null : Spread.of(differences).orElse(null)));
        }
        return new AblationTable(plan.name(), baseline, rows);
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
     * Returns the table as Markdown. Rewards are held-out rewards; ± is the standard deviation over the seeds, for a difference
     * its standard error.
     */
    public List<String> markdown() {
        Table table = new Table(
                "arm",
                "answers",
                "seeds",
                "after warm-up",
                "after RL",
                "difference from " + baseline,
                "exceeds 2 s.e.",
                "tokens",
                "steps");
        rows.forEach(row -> table.row(cells(row)));
        return table.markdown();
    }

    private static List<String> cells(Row row) {
        Spread difference = row.difference();
        Double error = difference == null ? null : difference.standardError();
        return List.of(
                row.arm(),
                row.replays() == null ? "its own" : "of " + row.replays() + " (replayed)",
                Integer.toString(row.runs().size()),
                describe(row.afterWarmUp(), false),
                describe(row.afterRl(), false),
                describe(difference, true),
                difference == null || error == null ? "–" : Math.abs(difference.mean()) > 2 * error ? "yes" : "no",
                mean(row.runs(), true),
                mean(row.runs(), false));
    }

    private static String mean(List<ArmOutcome> runs, boolean tokens) {
        return runs.isEmpty()
                ? "–"
                : format(
                        "%.1f",
                        runs.stream()
                                .mapToDouble(run -> tokens ? run.responseLength() : run.steps())
                                .average()
                                .orElse(0));
    }

    private static String describe(@Nullable Spread spread, boolean difference) {
        if (spread == null) {
            return "–";
        }
        Double plusMinus = difference ? spread.standardError() : spread.deviation();
        String form = difference ? "%+.3f" : "%.3f";
        return format(form, spread.mean()) + (plusMinus == null ? "" : format(" ± %.3f", plusMinus));
    }

    /** Returns the runs as CSV, one line per run after a header. */
    public List<String> csv() {
        Table table = new Table("arm", "replays", "seed", "after_warm_up", "after_rl", "response_length", "steps");
        for (Row row : rows) {
            for (ArmOutcome run : row.runs()) {
                table.row(
                        row.arm(),
                        row.replays() == null ? "" : row.replays(),
                        Long.toString(run.seed()),
                        text(run.afterWarmUp()),
                        text(run.afterRl()),
                        Double.toString(run.responseLength()),
                        Long.toString(run.steps()));
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
