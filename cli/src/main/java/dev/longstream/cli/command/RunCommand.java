package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.failure.WrongUseException;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.launch.RoleRun;
import dev.longstream.runs.launch.Roles;
import dev.longstream.runs.serving.RegistryRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

@Command(
        name = "run",
        description = "Runs one role of a run against a cluster, until it is finished or interrupted.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream prompts publish --bootstrap broker:9092 --registry http://registry:8081   # first, once",
            "  longstream run trainer     --bootstrap broker:9092 --registry http://registry:8081   # one",
            "  longstream run rollouts    --bootstrap broker:9092 --registry http://registry:8081   # as many as you like",
            "",
            "Roles: curriculum, rollouts, scoring, grouping, batching, trainer, evaluation; judge, where the rewards need",
            "one; and registry, a schema registry beside the brokers, for a cluster that has none. The trainer evaluates",
            "the policy as it is, warms it up and starts the curriculum; evaluation finishes last and writes the report.",
            "Give every role the same configuration; trainer, rollouts and evaluation share the run folder, where the weights are."
        })
@AlsoEndsWith({
    ExitCode.IN_USE,
    ExitCode.STALLED,
    ExitCode.BAD_DATA,
    ExitCode.UNREACHABLE,
    ExitCode.OUT_OF_MEMORY,
    ExitCode.INTERRUPTED
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

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Interface the registry listens on (default ${DEFAULT-VALUE}, this machine alone; 0.0.0.0: all).")
    private String listen = "";

    private static final String REGISTRY = "registry";
    private static final List<String> NAMES =
            Stream.concat(Stream.of(REGISTRY), Roles.NAMES.stream()).toList();

    /** Candidates for completion. */
    static final class Names implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return NAMES.iterator();
        }
    }

    @Override
    ExitCode execute() throws InterruptedException {
        if (!NAMES.contains(role)) {
            throw new WrongUseException("There is no role '" + role + "', expected one of " + String.join(", ", NAMES));
        }
        ResolvedConfig resolved = options.load();
        if (role.equals(REGISTRY)) {
            RegistryRun.serve(resolved.config().log(), listen, err()::println);
        } else {
            try (Progress progress = TerminalProgress.open()) {
                new RoleRun(resolved, worker, err()::println, progress).run(role);
            }
        }
        print(Map.of("role", role, "finished", true), List.of("The role " + role + " is finished."));
        return ExitCode.DONE;
    }
}
