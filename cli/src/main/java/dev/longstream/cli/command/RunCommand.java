package dev.longstream.cli.command;

import dev.longstream.cli.config.ResolvedConfig;
import dev.longstream.cli.exit.CommandException;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.train.RoleRun;
import dev.longstream.cli.train.Roles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;

@Command(
        name = "run",
        description = "Runs one role of a run against a cluster, until it is finished or interrupted.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream prompts publish --bootstrap broker:9092 --registry http://registry:8081   # first, once",
            "  longstream run trainer     --bootstrap broker:9092 --registry http://registry:8081   # one",
            "  longstream run rollouts    --bootstrap broker:9092 --registry http://registry:8081   # as many as you like",
            "",
            "Roles: curriculum, rollouts, scoring, grouping, batching, trainer, evaluation. The trainer begins with the",
            "warm-up and starts the curriculum. Give every role the same configuration; trainer, rollouts and",
            "evaluation share the run folder, where the weights are."
        })
final class RunCommand extends CommandBase {
    @Mixin
    private final RunOptions options = new RunOptions();

    @Parameters(
            paramLabel = "ROLE",
            description = "One of ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class)
    private String role = "";

    @Option(
            names = "--worker",
            paramLabel = "NAME",
            description = "Name of a rollout worker in its trajectories (default: process and host).")
    private String worker = ManagementFactory.getRuntimeMXBean().getName();

    /** Candidates for completion. */
    static final class Names implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return Roles.NAMES.iterator();
        }
    }

    @Override
    ExitCode execute() throws InterruptedException {
        if (!Roles.NAMES.contains(role)) {
            throw new CommandException(
                    ExitCode.WRONG_USE,
                    "There is no role '" + role + "', expected one of " + String.join(", ", Roles.NAMES));
        }
        ResolvedConfig resolved = options.load();
        new RoleRun(resolved, worker, err()::println).run(role);
        print(Map.of("role", role, "finished", true), List.of("The role " + role + " is finished."));
        return ExitCode.DONE;
    }
}
