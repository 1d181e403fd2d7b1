package dev.longstream.dashboard;

import dev.longstream.log.EventLog;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.serving.ListenerAccess;

import java.nio.file.Path;
import java.util.List;

/** Starts dashboards on a free port of this machine. */
final class StartedDashboard {
    private StartedDashboard() {}

    /**
     * Starts a dashboard that shows one run first.
     *
     * @param dir folder of runs
     * @param token token that readers must give; null: none is needed
     */
    static Dashboard of(EventLog log, Path dir, String token) {
        return Dashboard.start(
                new DashboardSettings("127.0.0.1", 0, ListenerAccess.THIS_MACHINE, token), runs(log, dir));
    }

    /** Returns the runs on a broker, with a configuration that has the shipped policy, whose tokenizer the answers need. */
    static DashboardRuns runs(EventLog log, Path dir) {
        RunConfig config = new ConfigurationLoader()
                .set("dir=" + dir)
                .set("model.folder=../models/quickstart")
                .set("batch-size=1")
                .load()
                .config();
        return new DashboardRuns(log, config, true, List.of(log.topics().run()));
    }
}
