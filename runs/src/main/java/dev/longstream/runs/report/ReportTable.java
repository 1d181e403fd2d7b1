package dev.longstream.runs.report;

import dev.longstream.files.Table;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report as people read it. */
public final class ReportTable {
    private static final double MEBIBYTE = 1 << 20;

    private static final int NAME_WIDTH = 18;
    private static final int NUMBER_WIDTH = 14;

    private ReportTable() {}

    public static List<String> lines(RunReport report) {
        List<String> lines = new ArrayList<>();
        lines.add("Run " + report.identity().run() + ", seed "
                + report.identity().seed() + ", " + report.learning().steps() + " gradient steps"
                + (report.identity().replayOf() == null
                        ? ""
                        : ", a replay of " + report.identity().replayOf() + ": no token was sampled")
                + (report.identity().forkOf() == null
                        ? ""
                        : ", a fork of " + report.identity().forkOf()));
        lines.add("");
        Table rewards = new Table("held-out reward", "before", "warm-up", "after RL", "rise by RL", "questions");
        RunReport.HeldOut heldOut = report.heldOut();
        RunReport.Stations errors = heldOut.standardErrors();
        rewards.row(
                "all",
                number(heldOut.beforeTraining(), errors.beforeTraining()),
                number(heldOut.afterWarmUp(), errors.afterWarmUp()),
                number(heldOut.afterRl(), errors.afterRl()),
                rise(heldOut.afterWarmUp(), heldOut.afterRl()),
                Integer.toString(heldOut.questions()));
        for (RunReport.Length length : heldOut.byLength()) {
            rewards.row(
                    "  " + length.moreThan() + "–" + (length.upTo() == null ? "…" : length.upTo()) + " tokens",
                    number(length.beforeTraining(), null),
                    number(length.afterWarmUp(), null),
                    number(length.afterRl(), null),
                    rise(length.afterWarmUp(), length.afterRl()),
                    Integer.toString(length.questions()));
        }
        lines.addAll(rewards.text(NAME_WIDTH, NUMBER_WIDTH));
        lines.add("");
        Table phases = new Table("phase", "steps", "held-out", "training", "tokens");
        for (RunReport.PhaseReport phase : report.learning().phases()) {
            phases.row(
                    "  " + phase.name(),
                    Long.toString(phase.steps()),
                    number(phase.heldOutReward(), phase.standardError()),
                    number(phase.trainingReward(), null),
                    phase.responseLength() == null ? "" : format("%.1f", phase.responseLength()));
        }
        lines.addAll(phases.text(NAME_WIDTH, NUMBER_WIDTH));
        for (RunReport.PhaseReport phase : report.learning().phases()) {
            if (phase.retrospective() > 0) {
                lines.add(format(
                        "  %s: %d of %d assignments went back to earlier phases, %d of those were trained on",
                        phase.name(), phase.retrospective(), phase.assigned(), phase.retrospectiveTrained()));
            }
        }
        RunReport.TrainingReport training = report.learning().training();
        lines.add("");
        WarmUpReport warmUp = report.learning().warmUp();
        if (warmUp != null && warmUp.validation() != null) {
            lines.add(format(
                    "Warm-up: loss on demonstrations held back %.3f → %.3f, least %.3f after step %d of %d",
                    warmUp.validation().first(),
                    warmUp.validation().last(),
                    warmUp.validation().best(),
                    warmUp.validation().bestStep(),
                    warmUp.steps()));
        }
        lines.add(format(
                "Training reward %.2f → %.2f, answers %.1f → %.1f tokens (first and last tenth); staleness %.2f, at most %d"
                        + " (max-staleness %d)",
                training.rewardFirst(),
                training.rewardLast(),
                training.responseLengthFirst(),
                training.responseLengthLast(),
                training.staleness().stalenessMean(),
                training.staleness().stalenessMax(),
                training.staleness().maxStaleness()));
        if (report.questions() != null && report.questions().tooLong() > 0) {
            lines.add("Questions " + report.questions().leftOut());
        }
        JudgeReport judge = report.judge();
        if (judge.verdicts() + judge.withoutVerdict() > 0) {
            lines.add(format(
                    "Judge: %d verdicts, %d of them yes, %d answers without one, %d tokens; %s",
                    judge.verdicts(),
                    judge.equivalent(),
                    judge.withoutVerdict(),
                    judge.inputTokens() + judge.outputTokens(),
                    JudgeCheckTable.describe(judge.check())));
        }
        if (report.behaviours() != null) {
            lines.add("");
            lines.addAll(BehaviourTable.lines(report.behaviours()));
            lines.add("");
        }
        LedgerReport ledger = report.ledger();
        LedgerReport.TrajectoryCounts trajectories = ledger.trajectories();
        lines.add(format(
                "Ledger: %d generated = %d trained + %d filtered + %d duplicate + %d stale + %d failed + %d in flight: %s",
                trajectories.generated(),
                trajectories.trained(),
                trajectories.filtered(),
                trajectories.duplicate(),
                trajectories.stale(),
                trajectories.failed(),
                trajectories.inFlight(),
                ledger.closes() ? "it closes" : "it does NOT close; 'longstream audit' says why"));
        lines.add(format(
                "%.0f seconds, peak memory %s",
                report.cost().wallSeconds(),
                report.cost().peakMemoryBytes() == 0
                        ? "unknown"
                        : format("%.0f MiB", report.cost().peakMemoryBytes() / MEBIBYTE)));
        return List.copyOf(lines);
    }

    private static String number(@Nullable Double value, @Nullable Double error) {
        if (value == null) {
            return "–";
        }
        return error == null ? format("%.3f", value) : format("%.3f ± %.3f", value, error);
    }

    private static String rise(@Nullable Double from, @Nullable Double to) {
        return from == null || to == null ? "–" : format("%+.3f", to - from);
    }

    private static String format(String form, @Nullable Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
