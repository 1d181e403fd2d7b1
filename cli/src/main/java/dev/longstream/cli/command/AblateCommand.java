package dev.longstream.cli.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.config.ConfigurationException;
import dev.longstream.progress.Progress;
import dev.longstream.runs.ablation.Ablation;
import dev.longstream.runs.ablation.AblationPlan;
import dev.longstream.runs.ablation.AblationTable;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@Command(
        name = "ablate",
        description = {
            "Trains variants of one configuration, each with the same seeds, one run after another, and prints a table",
            "of paired differences with their 95%% intervals, tests and costs."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream ablate examples/ablation.yaml --dry-run    # list the runs and every configuration error",
            "  longstream ablate examples/ablation.yaml",
            "",
            "The table is written to DIR/NAME (ablation.md, ablation.csv, ablation.json) after every run. After Ctrl-C",
            "or a crash the same command continues where it stopped."
        })
final class AblateCommand extends TrainingCommand {
    @Parameters(paramLabel = "PLAN", description = "YAML: name, base, set, seeds, baseline, primary, arms.")
    private Path file = Path.of("");

    @Option(names = "--dir", paramLabel = "DIR", description = "Folder that contains the run folders.")
    private Path dir = RunConfig.DEFAULT.dir();

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Set a configuration key in every arm that does not set it itself.")
    private List<String> assignments = List.of();

    @Option(names = "--dry-run", description = "Print the runs in order; start nothing.")
    private boolean dryRun;

    @Override
    ExitCode execute() throws InterruptedException {
        AblationPlan plan = ConfigurationLoader.read(file, AblationPlan.class);
        List<Ablation.Run> runs = runs(plan);
        if (dryRun) {
            List<String> names = Ablation.inOrder(runs).stream()
                    .map(run -> run.config().config().run()
                            + (run.arm().replays() == null
                                    ? ""
                                    : ", a replay of " + plan.run(run.arm().replays(), run.seed())))
                    .toList();
            print(Map.of("runs", names), names);
            return ExitCode.DONE;
        }
        try (Progress progress = TerminalProgress.open()) {
            Path folder = dir.resolve(plan.name());
            Ablation.Result result = new Ablation(plan, runs, progress).run(table -> write(folder, table));
            print(result.table(), result.table().markdown());
            result.failed().forEach(line -> progress.say("missing in the table: " + line));
            progress.say("Wrote ablation.md, ablation.csv and ablation.json to " + folder);
            return result.failed().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    /** Returns a run for every arm and seed; reports the configuration errors of all of them in one exception. */
    private List<Ablation.Run> runs(AblationPlan plan) {
        List<Ablation.Run> runs = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (AblationPlan.Arm arm : plan.arms()) {
            for (long seed : plan.seeds()) {
                try {
                    runs.add(new Ablation.Run(arm, seed, config(plan, arm, seed)));
                } catch (ConfigurationException e) {
                    e.problems().stream()
                            .map(problem -> "arm " + arm.name() + ": " + problem)
                            .filter(problem -> !problems.contains(problem))
                            .forEach(problems::add);
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return runs;
    }

    private ResolvedConfig config(AblationPlan plan, AblationPlan.Arm arm, long seed) {
        Path base = plan.base() == null ? null : file.resolveSibling(plan.base());
        ConfigurationLoader loader = new ConfigurationLoader().file(base).environment(System.getenv());
        plan.set().forEach(loader::set);
        assignments.forEach(loader::set);
        arm.set().forEach(loader::set);
        return loader.put("run", JsonNodeFactory.instance.textNode(plan.run(arm.name(), seed)))
                .put("seed", JsonNodeFactory.instance.numberNode(seed))
                .put("dir", JsonNodeFactory.instance.textNode(dir.toString()))
                .load();
    }

    private static void write(Path folder, AblationTable table) {
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("ablation.md"), table.markdown());
            Files.write(folder.resolve("ablation.csv"), table.csv());
            Files.writeString(folder.resolve("ablation.json"), text(table));
        } catch (IOException e) {
            throw new UncheckedIOException("The table cannot be written to " + folder, e);
        }
    }
}
