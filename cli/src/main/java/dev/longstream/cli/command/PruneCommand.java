package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.failure.WrongUseException;
import dev.longstream.record.Pruned;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.retention.Limits;
import dev.longstream.runs.retention.Pruner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

@Command(
        name = "prune",
        description = {
            "Removes the start of a run's log, once: batches, groups and answers that no complete checkpoint, unfinished group or"
                    + " stage needs.",
            "Steps, weights, evaluations, commands, questions, documents and verdicts stay, and the audit closes. A pruned run"
                    + " cannot be replayed. The key retention does this while a run works."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream prune quickstart --dry-run           # what would be removed",
            "  longstream prune quickstart --keep-steps 100"
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.UNREACHABLE})
final class PruneCommand extends CommandBase {
    @Option(
            names = "--keep-steps",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Keep the newest N gradient steps besides what the checkpoints need (default: ${DEFAULT-VALUE}).")
    private long keepSteps;

    @Option(names = "--dry-run", description = "Say what would be removed; remove nothing.")
    private boolean dryRun;

    @Mixin
    private final StartedRun run = new StartedRun();

    @Override
    ExitCode execute() {
        if (keepSteps < 0) {
            throw new WrongUseException("--keep-steps is " + keepSteps + ", must not be negative");
        }
        RunConfig config = run.load(err()).config();
        Limits limits = new Limits(keepSteps, null);
        try (LogConnection open = LogConnection.existing(config)) {
            Pruner pruner = new Pruner(open.log(), config.folder().toAbsolutePath());
            Optional<Pruned> plan = pruner.plan(limits);
            Map<String, Pruner.Removable> removable =
                    plan.map(pruner::removable).orElse(Map.of());
            if (!dryRun && !pruner.prune(limits, 0)) {
                throw new WrongUseException(
                        "Another process prunes the run " + config.run() + " now; wait for it and try again");
            }
            print(facts(plan, removable), lines(plan, removable));
            return ExitCode.DONE;
        }
    }

    private Map<String, Object> facts(Optional<Pruned> plan, Map<String, Pruner.Removable> removable) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("dryRun", dryRun);
        plan.ifPresent(pruned -> facts.put("beforeVersion", pruned.getVersion()));
        facts.put("removed", removable);
        return facts;
    }

    private List<String> lines(Optional<Pruned> plan, Map<String, Pruner.Removable> removable) {
        if (plan.isEmpty()) {
            return List.of("There is nothing to remove: the checkpoints, or the steps to keep, need all of the log.");
        }
        List<String> lines = new ArrayList<>();
        lines.add((dryRun ? "Would remove" : "Removed") + " the log before version "
                + plan.get().getVersion() + ":");
        removable.forEach((topic, part) -> lines.add(String.format(
                Locale.ROOT, "  %-16s %10d records %12.1f MiB", topic, part.records(), part.bytes() / 1048576.0)));
        return lines;
    }
}
