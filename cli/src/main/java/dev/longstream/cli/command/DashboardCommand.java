package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.dashboard.Dashboard;
import dev.longstream.dashboard.DashboardRuns;
import dev.longstream.dashboard.DashboardSettings;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.process.Interruption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

@Command(
        name = "dashboard",
        description = {
            "Serves a page on runs until it is interrupted: pipeline, curves, ledger, curriculum, and every answer token by token.",
            "It reads the log and writes nothing. 'longstream train' serves the same page while it trains."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream dashboard                                  # of the run in outputs/, finished or under way",
            "  longstream dashboard quickstart try-2                 # two runs over one another",
            "  longstream dashboard try-2 --bootstrap broker:9092 --registry http://registry:8081",
            "  longstream dashboard --host 0.0.0.0 --token-variable DASHBOARD_TOKEN"
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.UNREACHABLE, ExitCode.INTERRUPTED})
final class DashboardCommand extends CommandBase {
    @Parameters(
            paramLabel = "RUN",
            arity = "0..*",
            description =
                    "Runs to show first (default: the run under way, or else the newest). The page lists all runs of"
                            + " the broker.")
    private List<String> runs = List.of();

    @Mixin
    private final RunOptions options = new RunOptions();

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = DashboardSettings.HOST,
            description = "Interface to listen on (default ${DEFAULT-VALUE}, this machine only). Another one needs"
                    + " --token-variable or --insecure-network.")
    private String host = DashboardSettings.HOST;

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "Port to listen on (default: " + DashboardSettings.PORT
                    + ", or a free one while that is in use; 0: any free one).")
    private @Nullable Integer port;

    @Option(
            names = "--token-variable",
            paramLabel = "NAME",
            description = "Environment variable with the token that readers must give (default: none is needed).")
    private @Nullable String tokenVariable;

    @Mixin
    private final ListenerOptions listener = new ListenerOptions();

    @Override
    ExitCode execute() throws InterruptedException {
        if (!runs.isEmpty() && options.run == null) {
            options.run = runs.get(0);
        }
        RunConfig config = options.loadStarted(err()).config();
        DashboardSettings settings =
                new DashboardSettings(host, port, listener.access(), ApiKey.of("--token-variable", tokenVariable));
        CountDownLatch stopped = new CountDownLatch(1);
        try (Interruption interruption = Interruption.watch();
                LogConnection open = LogConnection.existing(config);
                Dashboard dashboard = Dashboard.start(
                        settings,
                        new DashboardRuns(
                                open.log(),
                                config,
                                options.config != null,
                                runs.isEmpty() ? List.of(config.run()) : runs))) {
            interruption.stopsBy(stopped::countDown);
            print(
                    Map.of("url", dashboard.url().toString(), "run", config.run()),
                    List.of("Dashboard at " + dashboard.url() + "; Ctrl-C ends it"));
            out().flush();
            stopped.await();
        }
        throw new InterruptedRunException("Interrupted; the dashboard has stopped");
    }
}
