package dev.longstream.runs.report;

import dev.longstream.record.Evaluation;
import dev.longstream.record.LengthBucket;
import dev.longstream.record.Step;
import dev.longstream.record.StepSlice;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.folder.PublishedQuestions;
import dev.longstream.runs.report.RunReport.DynamicsPart;
import dev.longstream.runs.report.RunReport.HeldOut;
import dev.longstream.runs.report.RunReport.LearningFigures;
import dev.longstream.runs.report.RunReport.Length;
import dev.longstream.runs.report.RunReport.PhaseReport;
import dev.longstream.runs.report.RunReport.ReportedRun;
import dev.longstream.runs.report.RunReport.RunCost;
import dev.longstream.runs.report.RunReport.SampledReport;
import dev.longstream.runs.report.RunReport.StalenessFigures;
import dev.longstream.runs.report.RunReport.Stations;
import dev.longstream.runs.report.RunReport.TrainingReport;
import dev.longstream.trainer.supervised.SupervisedProgress;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Computes a {@link RunReport} from the records of a run, as a pure function. */
public final class Reporting {
    /** Version number of the weights before the warm-up. */
    public static final long BEFORE_TRAINING = -1;
    /** Version number of the weights that reinforcement learning starts from. */
    public static final long AFTER_WARM_UP = 0;

    private Reporting() {}

    /**
     * Facts for a report that are not records of the log.
     *
     * @param identity name, seed, configuration and model of the run
     * @param cost time and memory of the run so far
     * @param lastVersion policy version that a finished run ends with
     * @param phaseEnds policy version at the end of each phase, by phase index; a phase without an entry ends with its
     *     last step. Replacements of groups without a gradient make the last steps of a phase mix with the next phase
     * @param draws numbers of assigned groups by the origin of their prompts, by phase index
     * @param maxStaleness bound on the staleness of trained tokens, in gradient steps
     * @param warmUp progress of the warm-up steps, in order; may be empty
     * @param questions numbers of the run's questions; null if they are not known
     */
    public record Facts(
            ReportedRun identity,
            RunCost cost,
            long lastVersion,
            Map<Integer, Long> phaseEnds,
            Map<Integer, DrawCounts> draws,
            int maxStaleness,
            List<SupervisedProgress> warmUp,
            @Nullable PublishedQuestions questions) {}

    /**
     * Numbers of groups in a phase by the origin of their prompts.
     *
     * @param assigned number of assigned groups
     * @param retrospective number of assigned groups whose prompt comes from an earlier phase
     * @param retrospectiveTrained number of these that were trained
     * @param promptTokens number of prompt tokens of all assigned groups
     */
    public record DrawCounts(long assigned, long retrospective, long retrospectiveTrained, long promptTokens) {
        static final DrawCounts NONE = new DrawCounts(0, 0, 0, 0);
    }

    /**
     * Computes the report of a run.
     *
     * @param facts figures that are not on the log
     * @param steps gradient steps in any order
     * @param evaluations evaluations in any order; of two for the same version the later one counts
     * @param sampled everything that the run sampled
     * @param ledger ledger of the run
     * @param judge verdicts of the judge
     */
    public static RunReport report(
            Facts facts,
            List<Step> steps,
            List<Evaluation> evaluations,
            SampledGroups sampled,
            Ledger ledger,
            JudgeReport judge) {
        Map<Long, Evaluation> byVersion = new TreeMap<>();
        evaluations.forEach(evaluation -> byVersion.put(evaluation.getVersion(), evaluation));
        Map<Long, Step> ordered = new TreeMap<>();
        steps.forEach(step -> ordered.put(step.getVersion(), step));
        List<Step> inOrder = List.copyOf(ordered.values());
        return new RunReport(
                facts.identity(),
                new LearningFigures(
                        inOrder.size(),
                        WarmUpReport.of(facts.warmUp()),
                        phases(inOrder, byVersion, facts),
                        training(inOrder, facts.maxStaleness()),
                        sampled(inOrder.size(), sampled),
                        dynamics(inOrder)),
                heldOut(
                        byVersion.get(BEFORE_TRAINING),
                        byVersion.get(AFTER_WARM_UP),
                        facts.lastVersion() > AFTER_WARM_UP ? byVersion.get(facts.lastVersion()) : null),
                LedgerReport.of(ledger),
                judge,
                facts.cost(),
                facts.questions(),
                null);
    }

    private static HeldOut heldOut(@Nullable Evaluation before, @Nullable Evaluation warm, @Nullable Evaluation after) {
        int questions = 0;
        for (Evaluation evaluation : new Evaluation[] {before, warm, after}) {
            questions = evaluation == null ? questions : Math.max(questions, evaluation.getQuestions());
        }
        return new HeldOut(
                questions,
                reward(before),
                reward(warm),
                reward(after),
                error(after),
                new Stations(error(before), error(warm), error(after)),
                byLength(before, warm, after));
    }

    private static List<Length> byLength(
            @Nullable Evaluation before, @Nullable Evaluation warm, @Nullable Evaluation after) {
        Map<Integer, LengthBucket> buckets = new TreeMap<>();
        for (Evaluation evaluation : new Evaluation[] {before, warm, after}) {
            if (evaluation != null) {
                evaluation.getByLength().forEach(bucket -> buckets.put(bucket.getUpTo(), bucket));
            }
        }
        List<Length> lengths = new ArrayList<>();
        for (LengthBucket bucket : buckets.values()) {
            lengths.add(new Length(
                    bucket.getMoreThan(),
                    bucket.getUpTo() == Integer.MAX_VALUE ? null : bucket.getUpTo(),
                    bucket.getQuestions(),
                    reward(before, bucket.getUpTo()),
                    reward(warm, bucket.getUpTo()),
                    reward(after, bucket.getUpTo())));
        }
        return List.copyOf(lengths);
    }

    private static List<PhaseReport> phases(List<Step> steps, Map<Long, Evaluation> evaluations, Facts facts) {
        Map<Integer, List<Step>> byPhase = new TreeMap<>();
        steps.forEach(step -> byPhase.computeIfAbsent(step.getPhaseIndex(), index -> new ArrayList<>())
                .add(step));
        List<PhaseReport> phases = new ArrayList<>();
        for (List<Step> own : byPhase.values()) {
            Step last = own.get(own.size() - 1);
            Evaluation end = evaluations.get(facts.phaseEnds().getOrDefault(last.getPhaseIndex(), last.getVersion()));
            DrawCounts draws = facts.draws().getOrDefault(last.getPhaseIndex(), DrawCounts.NONE);
            phases.add(new PhaseReport(
                    last.getPhase(),
                    own.size(),
                    reward(end),
                    error(end),
                    mean(own, Step::getReward),
                    mean(own, Step::getResponseLength),
                    draws.assigned(),
                    draws.retrospective(),
                    draws.retrospectiveTrained(),
                    draws.promptTokens()));
        }
        return List.copyOf(phases);
    }

    private static TrainingReport training(List<Step> steps, int maxStaleness) {
        int tenth = Math.max(1, steps.size() / 10);
        List<Step> first = steps.subList(0, Math.min(tenth, steps.size()));
        List<Step> last = steps.subList(Math.max(0, steps.size() - tenth), steps.size());
        long completionTokens =
                steps.stream().mapToLong(Step::getCompletionTokens).sum();
        double staleTokens = steps.stream()
                .mapToDouble(step -> step.getStalenessMean() * step.getCompletionTokens())
                .sum();
        return new TrainingReport(
                mean(first, Step::getReward),
                mean(last, Step::getReward),
                mean(first, Step::getResponseLength),
                mean(last, Step::getResponseLength),
                new StalenessFigures(
                        completionTokens == 0 ? 0 : staleTokens / completionTokens,
                        steps.stream().mapToLong(Step::getStalenessMax).max().orElse(0),
                        maxStaleness),
                steps.stream().mapToDouble(Step::getMismatchKl).max().orElse(0),
                steps.stream().mapToLong(Step::getPromptTokens).sum(),
                completionTokens);
    }

    private static SampledReport sampled(long steps, SampledGroups sampled) {
        long tenth = Math.max(1, steps / 10);
        return new SampledReport(sampled.between(0, tenth - 1), sampled.between(steps - tenth, steps));
    }

    private static List<DynamicsPart> dynamics(List<Step> steps) {
        Map<Integer, Map<Integer, List<StepSlice>>> slices = new TreeMap<>();
        for (Step step : steps) {
            for (StepSlice slice : step.getSlices()) {
                slices.computeIfAbsent(slice.getPhaseIndex(), phase -> new TreeMap<>())
                        .computeIfAbsent(slice.getUpTo(), length -> new ArrayList<>())
                        .add(slice);
            }
        }
        List<DynamicsPart> parts = new ArrayList<>();
        slices.forEach((phase, lengths) -> lengths.forEach((upTo, own) -> {
            Dynamics.DynamicsSlice all = Dynamics.DynamicsSlice.of(own);
            parts.add(new DynamicsPart(
                    phase,
                    own.get(0).getMoreThan(),
                    upTo,
                    own.size(),
                    all.trajectories(),
                    all.reward(),
                    all.entropy(),
                    all.klToInitial(),
                    all.responseLength()));
        }));
        return List.copyOf(parts);
    }

    private static double mean(List<Step> steps, ToDoubleFunction<Step> of) {
        return steps.stream().mapToDouble(of).average().orElse(0);
    }

    private static @Nullable Double reward(@Nullable Evaluation evaluation) {
        return evaluation == null ? null : evaluation.getReward();
    }

    private static @Nullable Double error(@Nullable Evaluation evaluation) {
        return evaluation == null ? null : evaluation.getStandardError();
    }

    private static @Nullable Double reward(@Nullable Evaluation evaluation, int upTo) {
        if (evaluation == null) {
            return null;
        }
        for (LengthBucket bucket : evaluation.getByLength()) {
            if (bucket.getUpTo() == upTo) {
                return bucket.getReward();
            }
        }
        return null;
    }
}
