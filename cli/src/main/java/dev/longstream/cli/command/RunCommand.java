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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

@Command(
        name = "run",
        description = "Runs one role of a run on a cluster until it is finished or interrupted.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream prompts publish --bootstrap broker:9092 --registry http://registry:8081   # once, before the roles",
            "  longstream run trainer     --bootstrap broker:9092 --registry http://registry:8081   # exactly one",
            "  longstream run rollouts    --bootstrap broker:9092 --registry http://registry:8081   # any number",
            "",
            "Roles: curriculum, rollouts, scoring, grouping, batching, trainer, evaluation; judge, if the reward needs one;",
            "shadows, if scoring.shadows names second opinions: it ends when the run has ended and all answers are scored;",
            "registry, a schema registry for a cluster without one. The trainer evaluates the initial policy, runs the",
            "warm-up and starts the curriculum; evaluation finishes last and writes the report. Give every role the same",
            "configuration. Trainer, rollouts and evaluation share the run folder, which contains the weights."
        })
@AlsoEndsWith({
    ExitCode.IN_USE,
    ExitCode.STALLED,
    ExitCode.BAD_DATA,
    ExitCode.UNREACHABLE,
    ExitCode.OUT_OF_MEMORY,
    ExitCode.DISK_FULL,
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
            description = "Name of a rollout worker, stored in its trajectories (default: process id and host).")
    private String worker = ManagementFactory.getRuntimeMXBean().getName();

    @Option(
            names = "--engine",
            paramLabel = "URL",
            description = "Engine of a rollout worker, one of rollouts.engine.urls (default: the only one).")
    private @Nullable String engine;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Interface that the registry listens on (default ${DEFAULT-VALUE}, this machine only; 0.0.0.0: all)."
                            + " Another one needs --users-file or --insecure-network.")
    private String listen = "";

    @Option(
            names = "--users-file",
            paramLabel = "FILE",
            description =
                    "Users of the registry, a line user:password each (default: no password is needed). Nobody else may"
                            + " read the file.")
    private @Nullable Path users;

    @Option(
            names = "--read-only",
            description = "The registry refuses every write, and runs beside the one that takes them.")
    private boolean readOnly;

    @Mixin
    private final ListenerOptions listener = new ListenerOptions();

    private static final String REGISTRY = "registry";
    private static final List<String> NAMES =
            Stream.concat(Stream.of(REGISTRY), Roles.NAMES.stream()).toList();

    /** Names of the roles, for help and completion. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return NAMES.iterator();
        }
    }

    @Override
    ExitCode execute() throws InterruptedException {
        if (!NAMES.contains(role)) {
            throw new WrongUseException("There is no role '" + role + "', expected one of " + String.join(", ", NAMES));
        }
        if (!role.equals(REGISTRY) && (users != null || readOnly || listener.areGiven())) {
            throw new WrongUseException(
                    "--users-file, --read-only, --insecure-network and --tls-… are options of the role"
                            + " registry; the role " + role + " does not listen");
        }
        if (engine != null && !role.equals("rollouts")) {
            throw new WrongUseException(
                    "--engine is an option of the role rollouts; the role " + role + " uses no engine");
        }
        ResolvedConfig resolved = options.load();
        if (role.equals(REGISTRY)) {
            RegistryRun.serve(
                    resolved.config().log(),
                    new RegistryRun.RegistryListener(listen, listener.access(), users, readOnly),
                    this::say);
        } else {
            try (Progress progress = TerminalProgress.open()) {
                new RoleRun(resolved, worker, this::say, progress)
                        .ownEngine(engine)
                        .run(role);
            }
        }
        print(Map.of("role", role, "finished", true), List.of("The role " + role + " is finished."));
        return ExitCode.DONE;
    }
}
