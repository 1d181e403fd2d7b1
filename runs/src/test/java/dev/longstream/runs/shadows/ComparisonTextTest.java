package dev.longstream.runs.shadows;

import dev.longstream.runs.report.JudgeReport;
import dev.longstream.runs.shadows.ShadowComparison.AdvantageChange;
import dev.longstream.runs.shadows.ShadowComparison.AgreementSlice;
import dev.longstream.runs.shadows.ShadowComparison.AnswerAgreement;
import dev.longstream.runs.shadows.ShadowComparison.BatchChange;
import dev.longstream.runs.shadows.ShadowComparison.GroupAgreement;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class ComparisonTextTest {
    private static final AnswerAgreement ANSWERS = new AnswerAgreement(1240, 1131, 0.9121, 0.4, 0.35, 100, 9, 2, 3);
    private static final GroupAgreement GROUPS = new GroupAgreement(155, 100, 20, 5, 30);

    @Test
    void shouldSayEverythingInOrder() {
        // When
        List<String> lines = ComparisonText.lines(new ShadowComparison(
                "quickstart",
                "strict",
                4,
                List.of(
                        new AgreementSlice("all", "", ANSWERS, GROUPS),
                        new AgreementSlice("phase", "short", ANSWERS, GROUPS)),
                new AdvantageChange(800, 0.125, 34),
                new BatchChange(14, 12, 3, 0.75, -0.5, 7L),
                new JudgeReport(120, 60, 1, 125, 34000, 900, 34.25, null)));
        // Then
        assertThat(lines.get(0))
                .isEqualTo("Shadow strict beside run quickstart; 4 groups of the run are not scored by it yet");
        assertThat(lines)
                .anyMatch(line -> line.matches("all +1240 +0\\.912 +0\\.400 +0\\.350 +100 +9 +2 +3"))
                .anyMatch(line -> line.matches("  phase short +155 +100 +20 +5 +30"));
        assertThat(String.join("\n", lines))
                .contains("800 answers", "0.125 on average; 34 have another sign")
                .contains("14 batches", "filled 12", "3 with the same groups", "0.750 on average", "-0.500 in batch 7")
                .contains("120 verdicts, 60 of them yes", "125 requests", "34000 input and 900 output tokens, 34.3 s");
    }

    @Test
    void shouldSayWhereNothingIsKnown() {
        // When
        String text = String.join(
                "\n",
                ComparisonText.lines(new ShadowComparison(
                        "quickstart",
                        "strict",
                        0,
                        List.of(new AgreementSlice(
                                "all",
                                "",
                                new AnswerAgreement(0, 0, null, null, null, 0, 0, 0, 0),
                                new GroupAgreement(0, 0, 0, 0, 0))),
                        new AdvantageChange(0, null, 0),
                        new BatchChange(0, 0, 0, null, null, null),
                        null)));
        // Then
        assertThat(text)
                .contains("–", "none of the run's batches completely", "no verdict of a judge")
                .doesNotContain("null", "NaN");
    }
}
