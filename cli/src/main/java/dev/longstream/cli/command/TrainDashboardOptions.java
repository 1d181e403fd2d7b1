package dev.longstream.cli.command;

import dev.longstream.dashboard.Dashboard;
import dev.longstream.dashboard.DashboardRuns;
import dev.longstream.dashboard.DashboardSettings;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.launch.RunCompanion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import java.util.List;

/** Command-line options of the dashboard that a training run serves. */
public final class TrainDashboardOptions {
    @Option(
            names = "--dashboard-port",
            paramLabel = "P",
            description = "Port of the dashboard on this machine (default: " + DashboardSettings.PORT
                    + ", or a free one while that is in use; 0: any free one).")
    private @Nullable Integer port;

    @Option(names = "--no-dashboard", description = "Serve no dashboard.")
    private boolean off;

    /** Returns the dashboard as work beside a run; it says its address once it can be opened. */
    RunCompanion companion(RunConfig config, Progress progress) {
        if (off) {
            return RunCompanion.NONE;
        }
        return log -> {
            Dashboard dashboard = Dashboard.start(
                    DashboardSettings.onThisMachine(port), new DashboardRuns(log, config, true, List.of(config.run())));
            progress.say("Dashboard at " + dashboard.url());
            return dashboard::close;
        };
    }
}
