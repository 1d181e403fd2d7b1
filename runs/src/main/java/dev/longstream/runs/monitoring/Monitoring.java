package dev.longstream.runs.monitoring;

import dev.longstream.failure.WrongUseException;
import dev.longstream.files.FreeSpace;
import dev.longstream.files.PeakMemory;
import dev.longstream.http.Authentication;
import dev.longstream.http.ServerAccess;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogListener;
import dev.longstream.log.Role;
import dev.longstream.log.Topics;
import dev.longstream.metrics.Meters;
import dev.longstream.metrics.MetricsServer;
import dev.longstream.metrics.RunMetrics;
import dev.longstream.metrics.StageMetrics;
import dev.longstream.producers.rollouts.RolloutListener;
import dev.longstream.producers.verdicts.JudgeListener;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.runs.config.MetricsSection;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.trainer.loop.StepListener;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Metrics and health of one process of a run, served from its start to its end. Gives the roles their listeners, and is told when they
 * start.
 */
public final class Monitoring implements AutoCloseable {
    private static final String CURRICULUM = "curriculum";
    private static final long MEBIBYTE = 1L << 20;

    private final RunConfig config;
    private final Meters meters;
    private final ProcessHealth health;
    private final RoleMeters roles;
    private final RecordMeters records;
    private final AtomicLong sampling = new AtomicLong();
    private final AtomicLong judging = new AtomicLong();
    private final @Nullable MetricsServer server;
    private final @Nullable TargetFile target;
    private @Nullable TrainingMeters training;
    private @Nullable LagWatch lag;
    private volatile boolean paused;
    private volatile long rejectionStreak;

    private Monitoring(
            RunConfig config,
            Meters meters,
            ProcessHealth health,
            @Nullable MetricsServer server,
            @Nullable TargetFile target) {
        this.config = config;
        this.meters = meters;
        this.health = health;
        this.server = server;
        this.target = target;
        this.roles = new RoleMeters(meters, health);
        this.records = new RecordMeters(meters, new Topics(config.run(), 1).name(""));
    }

    /**
     * Starts to serve the metrics and the health of this process, unless the configuration says not to.
     *
     * @param process the role of this process, or {@code train}
     * @param environment environment variables, among them the key
     * @param say receives the address, for the user
     * @throws WrongUseException if the address cannot be listened on, or the key is not set
     */
    public static Monitoring start(
            ResolvedConfig resolved, String process, Map<String, String> environment, Consumer<String> say) {
        RunConfig config = resolved.config();
        if (!config.metrics().serve()) {
            return none(resolved);
        }
        Meters meters = new Meters(config.run());
        ProcessHealth health = new ProcessHealth("the process is starting");
        meters.bindProcess();
        bindRun(meters, resolved, process);
        MetricsServer server = serve(config.metrics(), environment, meters, health);
        URI url = server.url();
        say.accept("Metrics of this process are at " + url + "/metrics, its health at " + url + "/healthz and " + url
                + "/readyz");
        return new Monitoring(
                config,
                meters,
                health,
                server,
                TargetFile.write(
                        config.folder(),
                        config.metrics().host(),
                        url.getPort(),
                        new TargetFile.TargetLabels(config.run(), process)));
    }

    /** Returns a monitoring that serves nothing and measures nothing. */
    public static Monitoring none(ResolvedConfig resolved) {
        RunConfig config = resolved.config();
        return new Monitoring(config, new Meters(config.run()), new ProcessHealth(""), null, null);
    }

    private static MetricsServer serve(
            MetricsSection section, Map<String, String> environment, Meters meters, ProcessHealth health) {
        String key = section.key(environment);
        MetricsServer.Address address = new MetricsServer.Address(
                section.host(),
                section.port(),
                section.ports(),
                new ServerAccess(
                        key == null ? Authentication.NONE : Authentication.bearer(key),
                        null,
                        section.insecureNetwork()));
        try {
            return MetricsServer.start(address, meters, health);
        } catch (IOException e) {
            throw new WrongUseException(
                    "metrics.host is " + section.host() + " and metrics.port " + section.port()
                            + ", and neither this port nor the next " + (section.ports() - 1)
                            + " can be listened on: " + e.getMessage()
                            + "; choose another port and an address of this host, or set metrics.serve to false",
                    e);
        }
    }

    private static void bindRun(Meters meters, ResolvedConfig resolved, String process) {
        RunConfig config = resolved.config();
        int steps = config.totalSteps();
        int staleness = config.maxStaleness();
        double reserve = (double) config.diskReserveMebibytes() * MEBIBYTE;
        meters.gauge(RunMetrics.RUN_INFO, () -> 1, process, resolved.digest());
        meters.gauge(RunMetrics.RUN_STEPS, () -> steps);
        meters.gauge(RunMetrics.RUN_MAX_STALENESS, () -> staleness);
        meters.gauge(RunMetrics.MEMORY, PeakMemory::residentBytes);
        meters.gauge(RunMetrics.DISK_RESERVE, () -> reserve);
        bindDisk(meters, "run", config.folder().toAbsolutePath());
        if (config.log().bootstrap() == null) {
            bindDisk(meters, "stack", config.dir().toAbsolutePath().resolve("stack"));
        }
    }

    private static void bindDisk(Meters meters, String label, Path folder) {
        meters.gauge(
                RunMetrics.DISK_FREE,
                () -> {
                    try {
                        return FreeSpace.OF_THE_SYSTEM.usableBytes(folder);
                    } catch (IOException e) { // the file system is away
                        return Double.NaN;
                    }
                },
                label);
    }

    private boolean isServed() {
        return server != null;
    }

    /** Returns the address that the process serves on; null if it serves nothing. */
    public @Nullable URI url() {
        return server == null ? null : server.url();
    }

    /** Returns the listener for the log that the roles use. */
    public LogListener log() {
        return isServed() ? records : LogListener.NONE;
    }

    /** Returns the listeners of the trainer. */
    public List<StepListener> trainer() {
        if (!isServed()) {
            return List.of();
        }
        TrainingMeters created = new TrainingMeters(meters, config);
        training = created;
        return List.of(created);
    }

    /** Returns the listener of one rollout worker. */
    public RolloutListener rollouts(String worker) {
        return isServed() ? new SamplingMeters(meters, config, worker, sampling) : RolloutListener.NONE;
    }

    /**
     * Returns the listener of the judge's worker.
     *
     * @param model name of the judge's model
     */
    public JudgeListener judge(String model) {
        return isServed() ? new JudgeMeters(meters, model, judging) : JudgeListener.NONE;
    }

    /** Says what the process does or waits for before its roles work. */
    public void prepares(String what) {
        health.prepares(what);
    }

    /** The measurement of how far the roles are behind. Close it before the log. */
    @FunctionalInterface
    public interface LagMeasurement extends AutoCloseable {
        @Override
        void close();
    }

    /** Begins to measure how far the roles are behind that are started from now on. */
    public LagMeasurement watch(EventLog log) {
        if (!isServed()) {
            return () -> {};
        }
        LagWatch watch = new LagWatch(log, meters, health, config.stallAfter()).start();
        lag = watch;
        return watch;
    }

    /** Takes a score of the run that this process has read, to compare those of its shadows. */
    public void read(ScoredTrajectory score) {
        if (isServed()) {
            records.read(score);
        }
    }

    /** Adds a role that has been started. */
    public void started(Role role) {
        if (!isServed()) {
            return;
        }
        health.started(role);
        roles.add(role);
        records.expect(role.name(), config);
        if (role.name().equals(CURRICULUM)) {
            meters.gauge(StageMetrics.PAUSED, () -> paused ? 1 : 0);
            meters.gauge(StageMetrics.REJECTION_STREAK, () -> rejectionStreak);
        }
        if (lag != null) {
            lag.add(role, sampling::get, judging::get, nextBatch());
        }
    }

    private LongSupplier nextBatch() {
        TrainingMeters trainer = training;
        return trainer == null ? () -> -1 : trainer::nextBatchOffset;
    }

    /**
     * Receives what a watch over the run has seen.
     *
     * @param isPaused whether the curriculum is paused
     * @param streak groups that were rejected one after the other since the newest step
     */
    public void saw(boolean isPaused, long streak) {
        paused = isPaused;
        rejectionStreak = streak;
    }

    /**
     * Hears that the roles have ended as they should.
     *
     * @param what what the process does now
     */
    public void ended(String what) {
        if (lag != null) {
            lag.forget();
        }
        health.ended(what);
    }

    @Override
    public void close() {
        if (target != null) {
            target.close();
        }
        if (server != null) {
            server.close();
        }
        meters.close();
    }
}
