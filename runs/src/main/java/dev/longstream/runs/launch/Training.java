package dev.longstream.runs.launch;

import dev.longstream.evaluation.EvaluationRole;
import dev.longstream.files.FreeSpace;
import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.log.rights.Denials;
import dev.longstream.log.rights.RoleRights;
import dev.longstream.logging.LogOrigin;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.failure.RoleFailedException;
import dev.longstream.runs.failure.RunStalledException;
import dev.longstream.runs.folder.FilesOfRun;
import dev.longstream.runs.folder.RunFolder;
import dev.longstream.runs.fork.Fork;
import dev.longstream.runs.judges.Judges;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.log.RoleClaim;
import dev.longstream.runs.monitoring.Monitoring;
import dev.longstream.runs.preparation.DiskPlan;
import dev.longstream.runs.preparation.Preparation;
import dev.longstream.runs.preparation.SharedWarmUp;
import dev.longstream.runs.preparation.StepPlan;
import dev.longstream.runs.process.Interruption;
import dev.longstream.runs.process.RoleEnd;
import dev.longstream.runs.replay.ReplaySource;
import dev.longstream.runs.report.Reports;
import dev.longstream.runs.report.RunReport;
import dev.longstream.runs.watch.DiskWatch;
import dev.longstream.runs.watch.RoleFailures;
import dev.longstream.runs.watch.RunWatch;
import dev.longstream.runs.watch.UsageClock;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Runs all roles of a run in this process, from the beginning or from where the run stopped. */
public final class Training {
    /** Name of this process in the lines of the log. */
    private static final String PROCESS = "train";

    private final ResolvedConfig resolved;
    private final RunConfig config;
    private final Progress progress;
    private final @Nullable String replayOf;
    private final List<RunConfig> warmedUp;
    private RunCompanion companion = RunCompanion.NONE;

    /**
     * Result of a run.
     *
     * @param report report of the run
     * @param folder absolute path of the run folder
     * @param before whether an earlier process had finished the run
     */
    public record Ended(RunReport report, Path folder, boolean before) {}

    /**
     * Creates a run that samples its own answers.
     *
     * @param resolved configuration of the run
     * @param progress shows the parts of the run
     */
    public Training(ResolvedConfig resolved, Progress progress) {
        this(resolved, null, List.of(), progress);
    }

    private Training(ResolvedConfig resolved, @Nullable String replayOf, List<RunConfig> warmedUp, Progress progress) {
        this.resolved = resolved;
        this.config = resolved.config();
        this.replayOf = replayOf;
        this.warmedUp = List.copyOf(warmedUp);
        this.progress = progress;
    }

    /** Lets something work beside the run, from when its topics exist until it ends. Call it before the run begins. */
    public Training beside(RunCompanion other) {
        companion = other;
        return this;
    }

    /**
     * Returns a run that trains on another run's answers and samples none.
     *
     * @param source name of the run to replay
     */
    public static Training replay(ResolvedConfig resolved, String source, Progress progress) {
        return new Training(resolved, source, List.of(), progress);
    }

    /**
     * Returns a run that samples its own answers and begins with the warm-up of one of {@code others} if its own would compute
     * the same.
     *
     * @param others runs in the same folder of runs
     */
    public static Training sharing(ResolvedConfig resolved, List<RunConfig> others, Progress progress) {
        return new Training(resolved, null, others, progress);
    }

    /**
     * Runs the training to its end and returns the report; for a finished run, returns its report only.
     *
     * @throws InterruptedRunException after Ctrl-C or SIGTERM
     * @throws RunStalledException if nothing moves for as long as {@code stall-after}
     * @throws RoleFailedException if a role ends with a failure
     */
    public Ended run() throws InterruptedException {
        LogOrigin.begin(config.run(), PROCESS);
        try (RunFolder folder = RunFolder.open(resolved)) {
            LogOrigin.folder(new LogOrigin.RunProcess(folder.path(), PROCESS));
            Optional<RunReport> earlier = Reports.in(folder.path());
            if (earlier.isPresent()) {
                return new Ended(earlier.get(), folder.path(), true);
            }
            return begin(folder, begun -> {
                follow(begun);
                begun.roles().shadows().describe(progress::say);
                RunEnd end = new RunEnd(folder.resolved(), begun.log(), begun.roles(), progress);
                RunReport report = end.report(folder, begun.usage()::now, begun.interruption(), replayOf);
                return new Ended(report, folder.path(), false);
            });
        }
    }

    /**
     * Runs the training up to the end of the warm-up; {@link #run()} continues from there.
     *
     * @return model folder that reinforcement learning starts from
     */
    public Path warmUp() throws InterruptedException {
        LogOrigin.begin(config.run(), PROCESS);
        try (RunFolder folder = RunFolder.open(resolved)) {
            LogOrigin.folder(new LogOrigin.RunProcess(folder.path(), PROCESS));
            return begin(folder, Begun::start);
        }
    }

    /** A prepared run, with the model folder that reinforcement learning starts from. */
    private record Begun(
            Path start,
            EventLog log,
            Roles roles,
            Preparation preparation,
            Interruption interruption,
            UsageClock usage,
            DiskWatch disk,
            Monitoring monitoring) {}

    /** Work to do with a prepared run. */
    private interface Continuation<T> {
        T from(Begun run) throws InterruptedException;
    }

    private <T> T begin(RunFolder folder, Continuation<T> continuation) throws InterruptedException {
        ModelFolder.useComputeType(config);
        if (replayOf == null) {
            StepPlan.of(config).check();
        }
        try (Interruption interruption = Interruption.watch();
                UsageClock usage = UsageClock.start(folder.usageFile());
                Monitoring monitoring = Monitoring.start(resolved, PROCESS, System.getenv(), progress::say);
                LogConnection open = LogConnection.forRun(config);
                Monitoring.LagMeasurement ignored = monitoring.watch(open.log())) {
            monitoring.prepares("The run is being prepared: questions, the first evaluation, the warm-up");
            EventLog log = open.log();
            progress.say("Run " + config.run() + " in " + folder.path() + ", broker "
                    + log.address().bootstrapServers() + ", schema registry "
                    + log.address().registryUrl());
            Roles own = new Roles(folder.resolved(), log, FilesOfRun.inFolder(config, log.topics()), monitoring);
            Roles roles = replayOf == null ? own : own.replaying();
            DiskWatch disk = disk(config, FreeSpace.OF_THE_SYSTEM);
            Preparation preparation = new Preparation(folder.resolved(), log, progress, () -> {
                interruption.refuse();
                disk.look();
            });
            progress.say(DiskPlan.of(config).toString());
            disk.require();
            if (replayOf == null) {
                preparation.requireSources();
            }
            folder.claim();
            preparation.createTopics();
            try (@Nullable RoleClaim claim = claim(log, interruption);
                    RunCompanion.Opened beside = companion.open(log)) {
                Path start = replayOf == null
                        ? startingWeights(preparation, folder, roles, log, interruption)
                        : new ReplaySource(replayOf, log, config.dir(), progress).copy();
                return continuation.from(
                        new Begun(start, log, roles, preparation, interruption, usage, disk, monitoring));
            }
        } catch (RuntimeException e) {
            throw Denials.explained(
                    e, String.valueOf(config.log().bootstrap()), RoleRights.TRAIN, Judges.rights(config));
        }
    }

    /** Claims the role of the trainer on a cluster, where processes in other folders may train the same run. */
    private @Nullable RoleClaim claim(EventLog log, Interruption interruption) throws InterruptedException {
        return config.log().bootstrap() == null ? null : SoleRole.trainer(log, interruption);
    }

    /** Creates the watch over the folders that a run fills on this machine. */
    static DiskWatch disk(RunConfig config, FreeSpace space) {
        return new DiskWatch(
                space,
                config.folder().toAbsolutePath().resolve("checkpoints"),
                config.log().bootstrap() == null
                        ? List.of(config.dir().toAbsolutePath().resolve("stack"))
                        : List.of(),
                (long) config.diskReserveMebibytes() << 20,
                DiskPlan.of(config).checkpointBytes());
    }

    /** Prepares the run up to its first assignment, except for finished parts. */
    private Path startingWeights(
            Preparation preparation, RunFolder folder, Roles roles, EventLog log, Interruption interruption) {
        if (Fork.in(folder.path()).isEmpty()) { // a fork has the questions of the other run
            folder.refused(preparation.publish());
            preparation.checkPhases();
            interruption.refuse();
            new SharedWarmUp(folder.resolved(), log, progress).takeFrom(warmedUp);
        }
        return new RunStart(config, preparation, roles, progress).weights(interruption);
    }

    private void follow(Begun run) throws InterruptedException {
        Roles roles = run.roles();
        Role trainer = roles.trainer(run.start());
        EvaluationRole evaluation = roles.evaluation();
        Queue<String> said = new ConcurrentLinkedQueue<>(); // by roles' threads; a progress display has one
        List<Role> all = new ArrayList<>(replayOf == null ? sampling(roles) : List.of());
        all.addAll(List.of(roles.scoring(), roles.grouping(), roles.batching(), trainer, evaluation));
        if (Judges.mayAsk(config)) {
            all.add(roles.judge());
        }
        roles.retention().ifPresent(all::add);
        if (replayOf == null) {
            roles.difficulty(said::add).ifPresent(all::add);
        }
        all.addAll(roles.shadows().roles(said::add));
        long trainPrompts = run.preparation().trainPrompts();
        try (RunWatch watch =
                        new RunWatch(run.log(), config, progress, run.usage(), trainPrompts, roles.configDigest());
                WeightsServing serving = WeightsServing.start(config, System.getenv(), progress::say)) {
            all.forEach(Role::start);
            all.forEach(run.monitoring()::started);
            while (!watch.over(trainer, evaluation)) {
                run.interruption().refuse();
                all.forEach(RoleFailures::refuse);
                run.disk().look();
                watch.look(all, trainer, evaluation);
                run.monitoring().saw(watch.isPaused(), watch.rejectionStreak());
                say(said);
            }
            run.monitoring().ended("Training has ended; the report is being written");
        } finally {
            progress.close();
            RoleEnd.close(all);
        }
        say(said);
    }

    private void say(Queue<String> said) {
        for (String words = said.poll(); words != null; words = said.poll()) {
            progress.say(words);
        }
    }

    /** Returns the roles that assign and sample answers, which a replay does not need. */
    private List<Role> sampling(Roles roles) {
        List<Role> sampling = new ArrayList<>(List.of(roles.curriculum()));
        List<String> engines = config.rollouts().engine().urls();
        for (int worker = 0; worker < config.rollouts().workers(); worker++) {
            sampling.add(roles.rollouts("worker-" + worker, engines.isEmpty() ? null : engines.get(worker)));
        }
        return sampling;
    }
}
