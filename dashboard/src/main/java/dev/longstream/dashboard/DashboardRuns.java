package dev.longstream.dashboard;

import dev.longstream.config.ConfigurationException;
import dev.longstream.dashboard.follow.RunFacts;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Topics;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.folder.RunFolder;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs that a dashboard can show: all on one broker.
 *
 * @param log log of one of the runs
 * @param config configuration of the command; a run's own is read from its folder in the same folder of runs
 * @param isOfRun whether {@code config} is that of the run that it names, even if this host has no folder of the run
 * @param first names of the runs that the page shows first
 */
public record DashboardRuns(EventLog log, RunConfig config, boolean isOfRun, List<String> first) {
    private static final Logger LOG = LoggerFactory.getLogger(DashboardRuns.class);
    private static final int PATIENCE_SECONDS = 10;

    /** Copies the names. */
    public DashboardRuns {
        first = List.copyOf(first);
    }

    /**
     * Returns the names of the runs on the broker, ascending.
     *
     * @throws LogException if the broker does not answer
     */
    List<String> names() throws InterruptedException {
        String suffix = log.topics().steps().name().substring(log.topics().run().length());
        try (Admin admin = log.admin()) {
            Set<String> topics = admin.listTopics().names().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return topics.stream()
                    .filter(name -> name.endsWith(suffix))
                    .map(name -> name.substring(0, name.length() - suffix.length()))
                    .filter(run -> topics.contains(run + ".control"))
                    .sorted()
                    .toList();
        } catch (ExecutionException | TimeoutException e) {
            throw new LogException(
                    "The broker " + log.address().bootstrapServers() + " does not say which topics it has: " + e, e);
        }
    }

    /** Returns the log of a run on the same broker. */
    EventLog logOf(RunFacts run) {
        return new EventLog(
                log.address(), new Topics(run.name(), run.config().log().partitions()));
    }

    /** Returns a run with its own configuration, if its folder is on this host. */
    RunFacts facts(String run) {
        Path file = folder(run).resolve(RunFolder.CONFIG_FILE);
        if (Files.exists(file)) {
            try {
                return new RunFacts(
                        run, new ConfigurationLoader().file(file).load().config(), true);
            } catch (ConfigurationException e) { // of another release; the log says the rest
                LOG.warn("The configuration {} cannot be used: {}", file, e.problems());
            }
        }
        return new RunFacts(run, config, isOfRun && run.equals(config.run()));
    }

    /**
     * Returns the configuration keys that decide a result and differ between two runs, one line each; empty if a run's own configuration
     * is not on this host.
     */
    Optional<List<String>> differences(String before, String after) {
        Path first = folder(before).resolve(RunFolder.CONFIG_FILE);
        Path second = folder(after).resolve(RunFolder.CONFIG_FILE);
        if (!Files.exists(first) || !Files.exists(second)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ConfigurationLoader().file(second).load().differencesFrom(Files.readString(first)));
        } catch (IOException | ConfigurationException e) {
            LOG.warn("The configurations of {} and {} cannot be compared: {}", before, after, e.toString());
            return Optional.empty();
        }
    }

    /** Returns the folder of a run, which need not exist. */
    Path folder(String run) {
        return config.dir().resolve(run);
    }
}
