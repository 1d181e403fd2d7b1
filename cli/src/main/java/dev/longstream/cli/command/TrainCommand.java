package dev.longstream.cli.command;

import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.config.PrintableAddress;
import dev.longstream.failure.WrongUseException;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.launch.Training;
import dev.longstream.runs.preparation.DiskPlan;
import dev.longstream.runs.preparation.SmallModelDefaults;
import dev.longstream.runs.preparation.StepPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

@Command(
        name = "train",
        description =
                "Trains a policy: runs the whole loop in this process, with a Kafka broker of its own if none is named.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream train                              # a small policy on generated questions, some minutes",
            "  longstream train --run try-2 --seed 2         # a second run, with other questions and another seed",
            "  longstream train --steps 10 --set group-size=4",
            "  longstream train --config examples/smollm2.yaml --model FOLDER --prompts FILE --held-out FILE",
            "  longstream train --bootstrap broker:9092 --registry http://registry:8081",
            "",
            "The run folder DIR/NAME contains config.yaml, checkpoints, report.json and curves.svg. After Ctrl-C or a",
            "crash the same command continues where it stopped; for a finished run it prints the report again."
        })
final class TrainCommand extends TrainingCommand {
    @Mixin
    private final RunOptions options = new RunOptions();

    @Option(names = "--dry-run", description = "Print the resolved configuration and the plan; start nothing.")
    private boolean dryRun;

    @Option(
            names = "--warm-up-only",
            description = "Stop after the warm-up; the same command without this option continues.")
    private boolean warmUpOnly;

    @Mixin
    private final TrainDashboardOptions dashboard = new TrainDashboardOptions();

    @Override
    ExitCode execute() throws InterruptedException {
        ResolvedConfig resolved = options.load();
        if (warmUpOnly && resolved.config().warmUp().steps() == 0) {
            throw new WrongUseException("--warm-up-only is given, but warm-up.steps is 0: there is no warm-up");
        }
        if (dryRun) {
            plan(resolved);
            return ExitCode.DONE;
        }
        try (Progress progress = TerminalProgress.open()) {
            if (warmUpOnly) {
                return warmUp(resolved, progress);
            }
            return report(
                    new Training(resolved, progress)
                            .beside(dashboard.companion(resolved.config(), progress))
                            .run(),
                    progress,
                    "This run is finished; this is its report. Start a new run with another name: --run NAME");
        }
    }

    private ExitCode warmUp(ResolvedConfig resolved, Progress progress) throws InterruptedException {
        Path weights = new Training(resolved, progress)
                .beside(dashboard.companion(resolved.config(), progress))
                .warmUp();
        print(
                Map.of("weights", weights.toString()),
                List.of("The policy after the warm-up is in " + weights
                        + "; the same command without --warm-up-only continues from it."));
        return ExitCode.DONE;
    }

    private void plan(ResolvedConfig resolved) {
        RunConfig config = resolved.config();
        List<String> steps = new ArrayList<>();
        steps.add(
                config.log().bootstrap() == null
                        ? "start a broker and a schema registry in "
                                + config.dir().resolve("stack")
                        : "use the broker " + config.log().bootstrap() + " and the registry "
                                + PrintableAddress.of(
                                        String.valueOf(config.log().registry())));
        steps.add("publish questions of " + config.prompts().train().size() + " training and "
                + config.prompts().heldOut().size() + " held-out sources, for the policy in "
                + ModelFolder.of(config));
        steps.add("evaluate the initial policy");
        if (config.warmUp().steps() > 0) {
            steps.add("imitate demonstrations for " + config.warmUp().steps() + " steps");
        }
        if (!warmUpOnly) {
            steps.addAll(reinforcement(config));
        }
        Map<String, Object> plan = new LinkedHashMap<>();
        plan.put("configuration", resolved.hidden());
        plan.put("configDigest", resolved.digest());
        plan.put("plan", steps);
        List<String> warnings = SmallModelDefaults.warnings(config, ModelFolder.configuration(config));
        plan.put("warnings", warnings);
        List<String> lines =
                new ArrayList<>(List.of(resolved.printed().stripTrailing(), "", "# digest " + resolved.digest()));
        lines.add("# Plan (finished steps are skipped):");
        for (int i = 0; i < steps.size(); i++) {
            lines.add("#  " + (i + 1) + ". " + steps.get(i));
        }
        warnings.forEach(warning -> lines.add("# " + warning));
        print(plan, lines);
    }

    private static List<String> reinforcement(RunConfig config) {
        List<String> steps = new ArrayList<>();
        for (PhaseSection phase : config.scheduledPhases()) {
            steps.add("phase " + phase.name() + ": " + phase.steps() + " gradient steps on inputs of more than "
                    + phase.longerThan() + " and up to " + phase.upTo() + " tokens, "
                    + config.batchSize() + " groups of " + config.groupSize() + " answers per step");
        }
        if (!config.shadows().isEmpty()) {
            steps.add("score every answer by the shadows, too: "
                    + String.join(", ", config.shadows().keySet()));
        }
        StepPlan step = StepPlan.of(config);
        step.check();
        steps.add(step.toString());
        steps.add(DiskPlan.of(config).toString());
        steps.add("evaluate, audit, and write report.json and curves.svg to " + config.folder());
        return steps;
    }
}
