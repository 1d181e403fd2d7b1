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
 * What came of an ablation. Pure.
 *
 * @param name of the study
 * @param baseline arm that the others are compared with
 * @param rows one an arm, in the plan's order
 */
public record AblationTable(String name, String baseline, List<Row> rows) {
    public AblationTable {
        rows = List.copyOf(rows);
    }

    /**
     * One run of an arm.
     *
     * @param afterWarmUp held-out reward of the weights reinforcement learning began with
     * @param afterRl held-out reward of the last
     * @param responseLength mean tokens over the last tenth of the steps
     */
    public record ArmOutcome(
            long seed, @Nullable Double afterWarmUp, @Nullable Double afterRl, double responseLength, long steps) {}

    /**
     * Mean and spread.
     *
     * @param deviation sample standard deviation (n − 1); null for fewer than two
     * @param standardError of the mean, deviation / √n; null for fewer than two
     */
    public record Spread(int count, double mean, @Nullable Double deviation, @Nullable Double standardError) {
        /** Empty: there is nothing to take the mean of. */
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
     * One arm.
     *
     * @param replays arm whose answers it was trained on; null: its own
     * @param runs by seed; a run that failed or is still to come is missing
     * @param afterWarmUp over seeds
     * @param afterRl over seeds
     * @param difference from the baseline's afterRl, seed by seed; null for the baseline itself
     */
    public record Row(
            String arm,
            @Nullable String replays,
            List<ArmOutcome> runs,
            @Nullable Spread afterWarmUp,
            @Nullable Spread afterRl,
            @Nullable Spread difference) {}

    /** @param outcomes by arm; arms without any are listed without figures */
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

    /** As Markdown; rewards are held-out, ± is the standard deviation over seeds, and of a difference its standard error. */
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
                words(row.afterWarmUp(), false),
                words(row.afterRl(), false),
                words(difference, true),
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

    private static String words(@Nullable Spread spread, boolean difference) {
        if (spread == null) {
            return "–";
        }
        Double plusMinus = difference ? spread.standardError() : spread.deviation();
        String form = difference ? "%+.3f" : "%.3f";
        return format(form, spread.mean()) + (plusMinus == null ? "" : format(" ± %.3f", plusMinus));
    }

    /** One line a run, with a line of names before them. */
    public List<String> csv() {
        Table table =
                new Table("arm", "replays", "seed", "after_warm_up", "after_rl", "response_length", "steps");
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
