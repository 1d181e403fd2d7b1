package dev.longstream.runs.ablation;

import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.progress.Progress;
import dev.longstream.runs.ablation.AblationPlan.Arm;
import dev.longstream.runs.ablation.AblationTable.ArmOutcome;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.failure.RoleFailedException;
import dev.longstream.runs.failure.RunFolderConflictException;
import dev.longstream.runs.failure.RunFolderInUseException;
import dev.longstream.runs.failure.RunStalledException;
import dev.longstream.runs.launch.Training;
import dev.longstream.runs.preparation.SharedWarmUp;
import dev.longstream.runs.report.RunReport;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Trains the runs of a plan, one after another and seed by seed: for each seed first the arms that sample, then those that
 * replay them. Skips finished runs and continues interrupted ones. Arms that sample share a warm-up that is the same
 * for both; its time counts for each of them.
 */
public final class Ablation {
    private final AblationPlan plan;
    private final List<Run> runs;
    private final Progress progress;

    /**
     * One run of the plan.
     *
     * @param arm arm of the plan
     * @param seed seed of the run
     * @param config configuration of the run
     */
    public record Run(Arm arm, long seed, ResolvedConfig config) {}

    /**
     * Creates the ablation of a plan.
     *
     * @param plan the plan
     * @param runs one run per arm and seed, in any order
     * @param progress shows the runs
     */
    public Ablation(AblationPlan plan, List<Run> runs, Progress progress) {
        this.plan = plan;
        this.runs = inOrder(runs);
        this.progress = progress;
    }

    /**
     * Returns the runs in the order of training: all arms of a seed before those of the next seed, so that an unfinished study
     * has whole seeds to compare; replays last within a seed.
     */
    public static List<Run> inOrder(List<Run> runs) {
        List<Long> seeds = runs.stream().map(Run::seed).distinct().toList();
        return runs.stream()
                .sorted(Comparator.<Run>comparingInt(run -> seeds.indexOf(run.seed()))
                        .thenComparing(run -> run.arm().replays() != null))
                .toList();
    }

    /**
     * Result of an ablation.
     *
     * @param table figures of the finished runs
     * @param failed runs that failed, with the reason, one line each; they are not in the table
     */
    public record Result(AblationTable table, List<String> failed) {}

    /**
     * Trains every run and returns the table.
     *
     * @param soFar receives the table after each run
     * @throws InterruptedRunException after Ctrl-C or SIGTERM
     */
    public Result run(Consumer<AblationTable> soFar) throws InterruptedException {
        Map<String, List<ArmOutcome>> outcomes = new LinkedHashMap<>();
        List<String> failed = new ArrayList<>();
        int number = 0;
        for (Run run : runs) {
            String name = run.config().config().run();
            progress.say("Run " + ++number + " of " + runs.size() + ": " + name);
            try {
                RunReport report = training(run).run().report();
                outcomes.computeIfAbsent(run.arm().name(), arm -> new ArrayList<>())
                        .add(outcome(run, report));
                soFar.accept(AblationTable.of(plan, outcomes));
            } catch (RunFolderInUseException
                    | RunFolderConflictException
                    | RunStalledException
                    | RoleFailedException
                    | UnreachableException
                    | UnusableInputException
                    | WrongUseException e) {
                failed.add(name + ": " + e.getMessage());
                progress.say(name + " is left out: " + e.getMessage());
            }
        }
        return new Result(AblationTable.of(plan, outcomes), List.copyOf(failed));
    }

    private Training training(Run run) {
        String replays = run.arm().replays();
        return replays == null
                ? Training.sharing(run.config(), trainedBefore(run), progress)
                : Training.replay(run.config(), plan.run(replays, run.seed()), progress);
    }

    /** Returns the runs of earlier arms with the same seed, which sample like this one and may have the same warm-up. */
    private List<RunConfig> trainedBefore(Run run) {
        return runs.subList(0, runs.indexOf(run)).stream()
                .filter(other -> other.seed() == run.seed())
                .map(other -> other.config().config())
                .toList();
    }

    private static ArmOutcome outcome(Run run, RunReport report) {
        double sharedSeconds = SharedWarmUp.in(run.config().config().folder())
                .map(SharedWarmUp.WarmUpOrigin::seconds)
                .orElse(0.0);
        return new ArmOutcome(
                run.seed(),
                report.heldOut().afterWarmUp(),
                report.heldOut().afterRl(),
                report.learning().training().responseLengthLast(),
                report.learning().steps(),
                report.learning().training().staleness().stalenessMean(),
                new AblationTable.ArmCost(
                        report.learning().phases().stream()
                                .mapToLong(RunReport.PhaseReport::assigned)
                                .sum(),
                        report.ledger().tokens().generated(),
                        report.learning().phases().stream()
                                .mapToLong(RunReport.PhaseReport::promptTokens)
                                .sum(),
                        report.cost().wallSeconds() + sharedSeconds));
    }
}
