package dev.longstream.runs.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.LengthBucket;
import dev.longstream.record.Step;
import dev.longstream.record.StepSlice;
import dev.longstream.runs.audit.Count;
import dev.longstream.runs.audit.Fate;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.audit.Steps;
import dev.longstream.runs.folder.PublishedQuestions;
import dev.longstream.runs.folder.PublishedQuestions.SplitCount;
import dev.longstream.testing.Records;
import dev.longstream.trainer.supervised.SupervisedProgress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class ReportingTest {
    private static final Ledger LEDGER = new Ledger(
            new Count(10, 100), Map.of(Fate.TRAINED, new Count(8, 80), Fate.FILTERED, new Count(2, 20)), 3, List.of());
    private static final List<Step> STEPS = List.of(
            Steps.step(1, 0, "short", 0, 0.2), Steps.step(2, 1, "short", 0, 0.4), Steps.step(3, 2, "long", 1, 0.6));
    private static final List<Evaluation> EVALUATIONS =
            List.of(evaluation(-1, 0.1), evaluation(0, 0.3), evaluation(2, 0.5), evaluation(3, 0.7));

    /** Version 0 sampled a group that differs and one that never solves its prompt; version 3 one that always does. */
    private static final SampledGroups SAMPLED =
            sampled(group("g-0", 0, 0, 1), group("g-1", 0, 0, 0), group("g-2", 3, 1, 1));

    private final RunReport report = Reporting.report(
            new Reporting.Facts(
                    new RunReport.ReportedRun("try", 7, "digest", "/outputs/try/model", null, null),
                    new RunReport.RunCost(12.5, 1024),
                    3,
                    Map.of(0, 2L),
                    Map.of(1, new Reporting.DrawCounts(20, 5, 3, 900)),
                    4,
                    List.of(warmUp(1, 2.0, null), warmUp(2, 1.5, 1.8), warmUp(3, 1.2, 1.6), warmUp(4, 1.0, 1.7)),
                    new PublishedQuestions(Map.of("train", new SplitCount(90, 10), "held-out", new SplitCount(60, 3)))),
            STEPS,
            EVALUATIONS,
            SAMPLED,
            LEDGER,
            new JudgeReport(4, 3, 1, 9, 500, 20, 2.5, null));

    private static SupervisedProgress warmUp(int step, double loss, @Nullable Double validationLoss) {
        return new SupervisedProgress(step, 4, loss, 0.5, 1, 1e-3, 100, 1, validationLoss);
    }

    private static Reporting.Facts facts(long lastVersion) {
        return new Reporting.Facts(
                new RunReport.ReportedRun("try", 7, "digest", null, null, null),
                new RunReport.RunCost(1, 0),
                lastVersion,
                Map.of(),
                Map.of(),
                1,
                List.of(),
                null);
    }

    @Test
    void shouldSayHowManyQuestionsWereLeftOutForTheirLength() {
        assertThat(report.questions())
                .isNotNull()
                .extracting(PublishedQuestions::tooLong)
                .isEqualTo(13);
        assertThat(ReportTable.lines(report))
                .contains("Questions left out for their length: 3 of 63 held-out, 10 of 100 train");
    }

    @Test
    void shouldSayWhenTheWarmUpWasBestOnWhatItDidNotImitate() {
        assertThat(report.learning().warmUp())
                .isEqualTo(new WarmUpReport(4, 2.0, 1.0, new WarmUpReport.ValidationLoss(1.8, 1.6, 3, 1.7)));
        assertThat(ReportTable.lines(report))
                .contains("Warm-up: loss on demonstrations held back 1.800 → 1.700, least 1.600 after step 3 of 4");
    }

    @Test
    void shouldShowTheStalenessBesideItsBound() {
        assertThat(ReportTable.lines(report))
                .anyMatch(line -> line.endsWith("staleness 1.00, at most 2 (max-staleness 4)"));
    }

    @Test
    void shouldHoldWhatScriptsRelyOn() {
        JsonNode json = new ObjectMapper().valueToTree(report);

        assertThat(json.path("run").asText()).isEqualTo("try");
        assertThat(json.path("seed").asLong()).isEqualTo(7);
        assertThat(json.path("steps").asLong()).isEqualTo(3);
        assertThat(json.at("/judge/inputTokens").asLong()).isEqualTo(500);
        assertThat(json.at("/heldOut/questions").asInt()).isEqualTo(60);
        assertThat(json.at("/heldOut/beforeTraining").asDouble()).isEqualTo(0.1);
        assertThat(json.at("/heldOut/afterWarmUp").asDouble()).isEqualTo(0.3);
        assertThat(json.at("/heldOut/afterRl").asDouble()).isEqualTo(0.7);
        assertThat(json.at("/heldOut/standardError").asDouble()).isEqualTo(0.03);
        assertThat(json.at("/phases/0/name").asText()).isEqualTo("short");
        assertThat(json.at("/phases/0/steps").asInt()).isEqualTo(2);
        assertThat(json.at("/phases/0/heldOutReward").asDouble()).isEqualTo(0.5);
        assertThat(json.at("/phases/1/heldOutReward").asDouble()).isEqualTo(0.7);
        assertThat(json.at("/phases/1/retrospective").asInt()).isEqualTo(5);
        assertThat(json.at("/phases/1/retrospectiveTrained").asInt()).isEqualTo(3);
        for (String part : List.of("generated", "trained", "filtered", "duplicate", "stale", "failed", "inFlight")) {
            assertThat(json.at("/ledger/" + part).isIntegralNumber()).as(part).isTrue();
            assertThat(json.at("/ledger/tokens/" + part).isIntegralNumber())
                    .as(part)
                    .isTrue();
        }
        assertThat(json.at("/ledger/closes").asBoolean()).isTrue();
        assertThat(json.path("wallSeconds").asDouble()).isEqualTo(12.5);
        assertThat(json.path("peakMemoryBytes").asLong()).isEqualTo(1024);
    }

    @Test
    void shouldPutTheThreeStationsOfALengthSideBySide() {
        assertThat(report.heldOut().byLength())
                .containsExactly(
                        new RunReport.Length(0, 96, 30, 0.1, 0.3, 0.7),
                        new RunReport.Length(96, null, 30, 0.1, 0.3, 0.7));
    }

    @Test
    void shouldSayNothingOfAStationThatWasNotMeasured() {
        RunReport partial = Reporting.report(
                facts(0),
                List.of(),
                List.of(evaluation(-1, 0.1)),
                new SampledGroups(),
                LEDGER,
                new JudgeReport(4, 3, 1, 9, 500, 20, 2.5, null));

        assertThat(partial.heldOut().afterWarmUp()).isNull();
        assertThat(partial.heldOut().afterRl()).isNull();
        assertThat(partial.learning().phases()).isEmpty();
        assertThat(ReportTable.lines(partial))
                .anySatisfy(line -> assertThat(line).contains("0.100 ± 0.030", "–"));
    }

    @Test
    void shouldPrintRewardsWithErrorsAndTheLedger() {
        assertThat(String.join("\n", ReportTable.lines(report)))
                .contains(
                        "0.300 ± 0.030",
                        "0.700 ± 0.030",
                        "+0.400",
                        "96–… tokens",
                        "10 generated = 8 trained + 2 filtered",
                        "it closes");
    }

    @Test
    void shouldReadBackItsOwnJson() throws Exception {
        ObjectMapper json = new ObjectMapper();

        assertThat(json.readValue(json.writeValueAsString(report), RunReport.class))
                .isEqualTo(report);
    }

    @Test
    void shouldDrawTheSameBytesForTheSameRun() {
        String svg = Curves.svg("Run <try>", STEPS, SAMPLED, EVALUATIONS);

        assertThat(svg).isEqualTo(Curves.svg("Run <try>", STEPS, SAMPLED, EVALUATIONS));
        assertThat(svg).contains("Run &lt;try&gt;", "polyline").endsWith("</svg>\n");
        assertThat(svg.split("<circle", -1)).hasSize(4); // three held-out points: -1 is no gradient step
    }

    @Test
    void shouldSayOfEachPhaseAndLengthWhatItsAnswersWereLike() {
        List<Step> steps = List.of(
                sliced(1, slice(0, 64, 2, 10, 0.0, null), slice(0, 128, 1, 30, 1.0, null)),
                sliced(2, slice(0, 64, 6, 30, 1.0, 0.5), slice(1, 128, 1, 30, 1.0, 0.1)));

        assertThat(Reporting.report(
                                facts(2),
                                steps,
                                List.of(),
                                new SampledGroups(),
                                LEDGER,
                                new JudgeReport(0, 0, 0, 0, 0, 0, null, null))
                        .learning()
                        .dynamics())
                .containsExactly(
                        new RunReport.DynamicsPart(0, 32, 64, 2, 8, 0.75, 0.2, 0.5, 5),
                        new RunReport.DynamicsPart(0, 64, 128, 1, 1, 1, 0.2, null, 30),
                        new RunReport.DynamicsPart(1, 64, 128, 1, 1, 1, 0.2, 0.1, 30));
    }

    @Test
    void shouldReportTheRewardOfEverythingThatWasSampled() {
        assertThat(report.learning().sampled())
                .isEqualTo(new RunReport.SampledReport(
                        new SampledGroups.SampledFigures(2, 4, 0.25, 10, 0, 0.5),
                        new SampledGroups.SampledFigures(1, 2, 1, 10, 1, 0)));
        assertThat(report.learning().phases().get(1).promptTokens()).isEqualTo(900);
    }

    @Test
    void shouldDrawSeveralRunsInOnePicture() {
        Map<String, Dynamics.RunRecords> runs = new LinkedHashMap<>();
        runs.put("long & wide", new Dynamics.RunRecords(STEPS, SAMPLED));
        runs.put("short", new Dynamics.RunRecords(STEPS.subList(0, 2), sampled(group("g-0", 0, 0, 1))));

        Map<String, List<Dynamics.At>> curves = Dynamics.curves(runs, Dynamics.By.RUN);
        String svg = Dynamics.svg("both", curves, Map.of());

        assertThat(curves.get("short"))
                .containsExactly(
                        new Dynamics.At(0, 0.5, 0.2, null, 10.0, 0.0, 0.0),
                        new Dynamics.At(1, null, 0.2, null, null, null, null));
        assertThat(svg)
                .contains(
                        ">reward of all sampled answers<",
                        ">entropy (nats per token)<",
                        ">KL to the initial policy",
                        ">answer length (tokens)<",
                        ">groups always solved (fraction)<",
                        ">groups never solved (fraction)<")
                .contains(">long &amp; wide<", ">short<");
        // the reward of version 3, 1, is the highest: 1 / 1.05 of the panel's height, at its right edge
        assertThat(svg).contains("points=\"52.0," + y(0.25) + " 406.0," + y(1) + "\"");
        assertThat(svg).isEqualTo(Dynamics.svg("both", curves, Map.of()));
    }

    /** Returns the y coordinate of a reward in a panel of 240 points whose axis ends at 1 · 1.05. */
    private static String y(double reward) {
        return String.format(Locale.ROOT, "%.1f", 34 + (1 - reward / 1.05) * (240 - 34 - 34));
    }

    @Test
    void shouldDrawPhasesAndLengthsApart() {
        List<Step> steps = List.of(
                sliced(1, slice(0, 64, 2, 10, 0.0, null), slice(0, 128, 2, 30, 1.0, null)),
                sliced(2, slice(1, 128, 1, 30, 1.0, 0.1)));
        steps.get(1).setPhase("late");
        steps.get(1).setPhaseIndex(1);
        SampledGroups sampled = sampled(group("g-0", 0, 0, 1), group("g-1", 1, 1, 1));
        Map<String, Dynamics.RunRecords> runs = Map.of("r", new Dynamics.RunRecords(steps, sampled));

        assertThat(Dynamics.curves(runs, Dynamics.By.LENGTH))
                .containsOnlyKeys("r: 8–16 tokens", "r: 32–64 tokens", "r: 64–128 tokens")
                .hasEntrySatisfying("r: 64–128 tokens", curve -> assertThat(curve)
                        .containsExactly(
                                new Dynamics.At(0, null, 0.2, null, null, null, null),
                                new Dynamics.At(1, null, 0.2, 0.1, null, null, null)));
        assertThat(Dynamics.curves(runs, Dynamics.By.PHASE))
                .containsOnlyKeys("r: short", "r: late")
                .hasEntrySatisfying("r: short", curve -> assertThat(curve)
                        .containsExactly(
                                new Dynamics.At(0, 0.5, 0.2, null, 10.0, 0.0, 0.0),
                                new Dynamics.At(1, 1.0, null, null, 10.0, 1.0, 0.0)));
    }

    private static SampledGroups sampled(Group... groups) {
        SampledGroups sampled = new SampledGroups();
        List.of(groups).forEach(sampled::add);
        return sampled;
    }

    /** Returns a group of two answers of 10 tokens that a version sampled. */
    private static Group group(String id, long version, double first, double second) {
        return Records.group(id)
                .setPhase("short")
                .setMembers(List.of(member(0, version, first), member(1, version, second)))
                .build();
    }

    private static GroupMember member(int sample, long version, double reward) {
        return Records.member(sample)
                .setReward(reward)
                .setCompletionTokens(10)
                .setOldestVersion(version)
                .build();
    }

    private static Step sliced(long version, StepSlice... slices) {
        Step step = Steps.step(version, version - 1, "short", 0, 0.5);
        step.setSlices(List.of(slices));
        return step;
    }

    private static StepSlice slice(
            int phase, int upTo, int trajectories, long tokens, double reward, Double klToInitial) {
        return new StepSlice(
                phase,
                upTo / 2,
                upTo,
                1,
                trajectories,
                tokens,
                reward,
                0.2,
                klToInitial,
                (double) tokens / trajectories);
    }

    private static Evaluation evaluation(long version, double reward) {
        return Records.evaluation(version, reward)
                .setQuestions(60)
                .setStandardError(0.03)
                .setResponseLength(9)
                .setByLength(List.of(
                        new LengthBucket(0, 96, 30, reward, 9.0),
                        new LengthBucket(96, Integer.MAX_VALUE, 30, reward, 9.0)))
                .build();
    }
}
