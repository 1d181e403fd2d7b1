package dev.longstream.runs.shadows;

import dev.longstream.runs.report.JudgeReport;
import dev.longstream.runs.shadows.ShadowComparison.AdvantageChange;
import dev.longstream.runs.shadows.ShadowComparison.AgreementSlice;
import dev.longstream.runs.shadows.ShadowComparison.AnswerAgreement;
import dev.longstream.runs.shadows.ShadowComparison.BatchChange;
import dev.longstream.runs.shadows.ShadowComparison.GroupAgreement;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes a comparison as text for a terminal. */
public final class ComparisonText {
    private static final int NAME_WIDTH = 26;

    private ComparisonText() {}

    /** Returns the lines of the text. */
    public static List<String> lines(ShadowComparison comparison) {
        List<String> lines = new ArrayList<>();
        lines.add("Shadow " + comparison.shadow() + " beside run " + comparison.run()
                + (comparison.uncompared() == 0
                        ? ""
                        : "; " + comparison.uncompared() + " groups of the run are not scored by it yet"));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "%-" + NAME_WIDTH + "s %9s %9s %9s %11s %11s %13s %9s %12s",
                "answers",
                "compared",
                "agree",
                "run mean",
                "shadow mean",
                "run higher",
                "shadow higher",
                "run only",
                "shadow only"));
        comparison.slices().forEach(slice -> lines.add(answers(slice)));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "%-" + NAME_WIDTH + "s %9s %9s %9s %11s %11s",
                "groups",
                "compared",
                "both keep",
                "run only",
                "shadow only",
                "none keeps"));
        comparison.slices().forEach(slice -> lines.add(groups(slice)));
        lines.add("");
        lines.add(advantages(comparison.advantages()));
        lines.add(batches(comparison.batches()));
        JudgeReport judge = comparison.judge();
        lines.add(judge == null ? "The shadow has no verdict of a judge." : judge(judge));
        return lines;
    }

    private static String name(AgreementSlice slice) {
        return slice.by().equals("all") ? "all" : "  " + slice.by() + " " + slice.name();
    }

    private static String answers(AgreementSlice slice) {
        AnswerAgreement answers = slice.answers();
        return String.format(
                Locale.ROOT,
                "%-" + NAME_WIDTH + "s %9d %9s %9s %11s %11d %13d %9d %12d",
                name(slice),
                answers.compared(),
                number(answers.share()),
                number(answers.runMean()),
                number(answers.shadowMean()),
                answers.runHigher(),
                answers.shadowHigher(),
                answers.onlyRun(),
                answers.onlyShadow());
    }

    private static String groups(AgreementSlice slice) {
        GroupAgreement groups = slice.groups();
        return String.format(
                Locale.ROOT,
                "%-" + NAME_WIDTH + "s %9d %9d %9d %11d %11d",
                name(slice),
                groups.compared(),
                groups.keptByBoth(),
                groups.keptByRun(),
                groups.keptByShadow(),
                groups.keptByNeither());
    }

    private static String advantages(AdvantageChange change) {
        return "Advantages of the " + change.answers() + " answers in groups that both keep differ by "
                + number(change.meanDifference()) + " on average; " + change.otherSign() + " have another sign.";
    }

    private static String batches(BatchChange change) {
        return "The run has " + change.ofRun() + " batches; the same answers would have filled " + change.ofShadow()
                + " under the shadow, " + change.equal() + " with the same groups. "
                + (change.meanCosine() == null
                        ? "The shadow has scored none of the run's batches completely."
                        : "The cosine between both rewards' advantages of a batch is " + number(change.meanCosine())
                                + " on average, and " + number(change.minCosine()) + " in batch "
                                + change.minCosineBatch() + ", the lowest.");
    }

    private static String judge(JudgeReport judge) {
        return "The shadow's judge gave " + judge.verdicts() + " verdicts, " + judge.equivalent() + " of them yes, and "
                + judge.withoutVerdict() + " questions have none: " + judge.attempts() + " requests, "
                + judge.inputTokens() + " input and " + judge.outputTokens() + " output tokens"
                + (judge.seconds() == null
                        ? "."
                        : String.format(Locale.ROOT, ", %.1f seconds in all.", judge.seconds()));
    }

    private static String number(@Nullable Double value) {
        return value == null ? "–" : String.format(Locale.ROOT, "%.3f", value);
    }
}
