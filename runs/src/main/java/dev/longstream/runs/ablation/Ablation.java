package dev.longstream.runs.ablation;

import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.progress.Progress;
import dev.longstream.runs.ablation.AblationPlan.Arm;
import dev.longstream.runs.ablation.AblationTable.ArmOutcome;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.failure.RoleFailedException;
import dev.longstream.runs.failure.RunFolderConflictException;
import dev.longstream.runs.failure.RunFolderInUseException;
import dev.longstream.runs.failure.RunStalledException;
import dev.longstream.runs.launch.Training;
import dev.longstream.runs.report.RunReport;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs a plan, one run after another: first the arms that sample, then those that replay them. A run that is over is not
 * run again, one that was interrupted goes on.
 */
public final class Ablation {
    private final AblationPlan plan;
    private final List<Run> runs;
    private final Progress progress;

    /** One run of the plan. */
    public record Run(Arm arm, long seed, ResolvedConfig config) {}

    /**
     * @param runs of every arm with every seed
     * @param progress of the runs
     */
    public Ablation(AblationPlan plan, List<Run> runs, Progress progress) {
        this.plan = plan;
        this.runs = inOrder(runs);
        this.progress = progress;
    }

    /** The order of running: what is replayed comes before its replays. */
    public static List<Run> inOrder(List<Run> runs) {
        List<Run> ordered = new ArrayList<>();
        runs.stream().filter(run -> run.arm().replays() == null).forEach(ordered::add);
        runs.stream().filter(run -> run.arm().replays() != null).forEach(ordered::add);
        return List.copyOf(ordered);
    }

    /**
     * What came of it, and what did not.
     *
     * @param failed one line a run that could not be finished; the table is without it
     */
    public record Result(AblationTable table, List<String> failed) {}

    /**
     * @param sofar told of the table after each run
     * @throws InterruptedRunException after Ctrl-C or SIGTERM
     */
    public Result run(Consumer<AblationTable> sofar) throws InterruptedException {
        Map<String, List<ArmOutcome>> outcomes = new LinkedHashMap<>();
        List<String> failed = new ArrayList<>();
        int number = 0;
        for (Run run : runs) {
            String name = run.config().config().run();
            progress.say("Run " + ++number + " of " + runs.size() + ": " + name);
            try {
                RunReport report = training(run).run().report();
                outcomes.computeIfAbsent(run.arm().name(), arm -> new ArrayList<>())
                        .add(outcome(run.seed(), report));
                sofar.accept(AblationTable.of(plan, outcomes));
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
                ? new Training(run.config(), progress)
                : Training.replay(run.config(), plan.run(replays, run.seed()), progress);
    }

    private static ArmOutcome outcome(long seed, RunReport report) {
        return new ArmOutcome(
                seed,
                report.heldOut().afterWarmUp(),
                report.heldOut().afterRl(),
                report.learning().training().responseLengthLast(),
                report.learning().steps());
    }
}
