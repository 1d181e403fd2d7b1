package dev.longstream.runs.report;

import dev.longstream.judging.BehaviourCounts;
import dev.longstream.runs.report.BehaviourReport.AtStep;
import dev.longstream.runs.report.BehaviourReport.CountedAnswer;
import dev.longstream.runs.report.BehaviourReport.InPhase;
import dev.longstream.runs.report.BehaviourReport.Means;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class BehaviourReportTest {
    private static final BehaviourReport REPORT = BehaviourReport.of(
            "a judge",
            "r",
            2,
            2,
            List.of(
                    new CountedAnswer(3, 1, "long", null),
                    new CountedAnswer(1, 0, "short", new BehaviourCounts(1, 0, 0, 2)),
                    new CountedAnswer(1, 0, "short", null),
                    new CountedAnswer(2, 0, "short", new BehaviourCounts(4, 0, 1, 2))));

    @Test
    void shouldLeaveAnswersWithoutCountsOutOfTheMeans() {
        assertThat(REPORT.byStep())
                .containsExactly(
                        new AtStep(1, "short", new Means(1, 1, 1.0, 0.0, 0.0, 2.0)),
                        new AtStep(2, "short", new Means(1, 0, 4.0, 0.0, 1.0, 2.0)),
                        new AtStep(3, "long", new Means(0, 1, null, null, null, null)));
        assertThat(REPORT.byPhase())
                .containsExactly(
                        new InPhase("short", new Means(2, 1, 2.5, 0.0, 0.5, 2.0)),
                        new InPhase("long", new Means(0, 1, null, null, null, null)));
        assertThat(REPORT.counted()).isEqualTo(2);
    }

    @Test
    void shouldPrintNoNumberWhereNothingWasCounted() {
        assertThat(BehaviourTable.lines(REPORT))
                .anyMatch(line -> line.startsWith("  short") && line.contains("2.50"))
                .anyMatch(line -> line.startsWith("  long") && line.contains("–") && !line.contains("0.00"));
    }

    @Test
    void shouldDrawBehavioursOnlyWhereTheyWereCounted() {
        Map<String, List<Dynamics.At>> curves =
                Map.of("r", List.of(new Dynamics.At(1, 0.5, 0.2, null, 10.0, 0.1, 0.2)));

        assertThat(Dynamics.svg("r", curves, Map.of())).doesNotContain("grounding");
        assertThat(Dynamics.svg("r", curves, Map.of("r", List.of(REPORT.byStep().get(2)))))
                .doesNotContain("grounding");
        String svg = Dynamics.svg("r", curves, Map.of("r", REPORT.byStep()));
        assertThat(svg).contains(">grounding (mean count", ">subgoals (", ">backtracking (", ">verification (");
        assertThat(svg.split("<polyline", -1)).hasSize(1 + 10);
    }
}
