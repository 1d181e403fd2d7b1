package dev.longstream.runs.log;

import dev.longstream.config.ConfigurationException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogAddress;
import dev.longstream.log.Reachability;
import dev.longstream.log.Topics;
import dev.longstream.logging.LogOrigin;
import dev.longstream.runs.config.LogSection;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.stack.LocalStack;
import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Connection to a run's log: on the cluster that the configuration names; else on the broker of another process that works in
 * the same folder; else on a broker in this process, which stops when the connection is closed.
 */
public final class LogConnection implements AutoCloseable {
    private final EventLog log;
    private final @Nullable LocalStack started;
    private final @Nullable Path joined;

    private LogConnection(EventLog log, @Nullable LocalStack started, @Nullable Path joined) {
        this.log = log;
        this.started = started;
        this.joined = joined;
    }

    /**
     * Connects to the log of a run that was started before, to read it or to send commands.
     *
     * @throws WrongUseException if the folder has no log
     */
    public static LogConnection existing(RunConfig config) {
        if (config.log().bootstrap() == null) {
            Path folder = stackFolder(config);
            Optional<LocalStack.Running> running = LocalStack.running(folder);
            if (running.isPresent()) {
                return new LogConnection(
                        log(
                                config,
                                running.get().bootstrapServers(),
                                running.get().registryUrl(),
                                running.get().clientProperties()),
                        null,
                        folder);
            }
            if (!Files.isDirectory(folder)) {
                throw new WrongUseException("There is no run in " + config.dir() + " (no " + folder
                        + "); name its folder with --dir, or its broker with --bootstrap and --registry");
            }
        }
        return forRun(config);
    }

    /** Connects to the log of a run to publish questions; creates the log if the run has not been started. */
    public static LogConnection forLoading(RunConfig config) {
        return config.log().bootstrap() != null || Files.isDirectory(stackFolder(config))
                ? existing(config)
                : forRun(config);
    }

    /** Connects to the cluster that the configuration names, or starts a broker in this process. */
    public static LogConnection forRun(RunConfig config) {
        LogSection section = config.log();
        if (section.bootstrap() != null && section.registry() != null) {
            EventLog log = log(config, section.bootstrap(), section.registry(), Map.of());
            Reachability.require(log.address());
            return new LogConnection(log, null, null);
        }
        LocalStack.Settings settings =
                new LocalStack.Settings(brokerFolder(config), section.brokerPort(), section.registryPort());
        LocalStack stack;
        try (LogOrigin.Part ignored = LogOrigin.as("broker")) {
            stack = LocalStack.start(settings);
        }
        return new LogConnection(
                log(config, stack.bootstrapServers(), stack.registryUrl(), stack.clientProperties()), stack, null);
    }

    private static EventLog log(RunConfig config, String bootstrap, String registry, Map<String, String> login) {
        Map<String, String> properties = new HashMap<>(config.log().clientProperties());
        properties.putAll(login);
        return new EventLog(
                new LogAddress(bootstrap, registry, properties),
                new Topics(config.run(), config.log().partitions()));
    }

    private static Path stackFolder(RunConfig config) {
        return config.dir().resolve("stack");
    }

    /** The stack's folder, if Kafka can take its name. */
    private static Path brokerFolder(RunConfig config) {
        Path folder = stackFolder(config).toAbsolutePath();
        if (folder.toString().contains(",")) {
            throw new ConfigurationException(List.of(
                    "dir is " + folder.getParent() + ", which has a comma in it, and the broker in this process takes"
                            + " what a comma parts for two folders; choose another folder with --dir, or a broker with"
                            + " --bootstrap and --registry"));
        }
        return folder;
    }

    public EventLog log() {
        return log;
    }

    /** Returns false once the process has ended whose broker this connection uses; always true with a broker that goes on. */
    public boolean isUp() {
        return joined == null || LocalStack.running(joined).isPresent();
    }

    @Override
    public void close() {
        if (started != null) {
            started.close();
        }
    }
}
