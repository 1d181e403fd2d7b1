package dev.longstream.runs.launch;

import dev.longstream.evaluation.EvaluationRole;
import dev.longstream.failure.DeniedException;
import dev.longstream.files.FreeSpace;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.PassingFault;
import dev.longstream.log.Role;
import dev.longstream.log.TopicAdmin;
import dev.longstream.log.rights.Denials;
import dev.longstream.log.rights.RightsCheck;
import dev.longstream.log.rights.RoleRights;
import dev.longstream.logging.LogOrigin;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.folder.FilesOfRun;
import dev.longstream.runs.folder.RunFolder;
import dev.longstream.runs.judges.Judges;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.log.RoleClaim;
import dev.longstream.runs.monitoring.Monitoring;
import dev.longstream.runs.preparation.DiskPlan;
import dev.longstream.runs.preparation.Preparation;
import dev.longstream.runs.preparation.StepPlan;
import dev.longstream.runs.process.Interruption;
import dev.longstream.runs.report.Reports;
import dev.longstream.runs.shadows.Shadows;
import dev.longstream.runs.watch.ClusterWatch;
import dev.longstream.runs.watch.DiskWatch;
import dev.longstream.runs.watch.EndNotice;
import dev.longstream.runs.watch.RoleFailures;
import dev.longstream.runs.watch.Usage;
import dev.longstream.runs.watch.UsageClock;
import dev.longstream.trainer.loop.TrainerRole;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Runs one role of a run in this process, while the others run elsewhere. */
public final class RoleRun {
    private static final String CURRICULUM = "curriculum";
    private static final String TRAINER = "trainer";
    private static final String EVALUATION = "evaluation";
    private static final Set<String> COMPUTING = Set.of("rollouts", TRAINER, EVALUATION);
    private static final Set<String> FETCHING = Set.of("rollouts", EVALUATION);
    private static final long CHECK_INTERVAL_MS = 200;
    private static final long CONNECT_PAUSE_MS = 2_000;

    private final ResolvedConfig resolved;
    private final String worker;
    private final Consumer<String> say;
    private final Progress progress;
    private @Nullable String engine;

    /**
     * Creates the run of a role.
     *
     * @param resolved configuration of the run
     * @param worker name of the worker, for the role rollouts
     * @param say receives messages for the user
     * @param progress shows evaluations and the warm-up
     */
    public RoleRun(ResolvedConfig resolved, String worker, Consumer<String> say, Progress progress) {
        this.resolved = resolved;
        this.worker = worker;
        this.say = say;
        this.progress = progress;
    }

    /**
     * Names the engine of a rollout worker. Call it before the role runs.
     *
     * @param url one of {@code rollouts.engine.urls}; null: the only one
     */
    public RoleRun ownEngine(@Nullable String url) {
        engine = url;
        return this;
    }

    /**
     * Runs a role until it is finished or the run has ended. Waits first for broker, registry and the run's topics.
     *
     * @param name one of {@link Roles#NAMES}
     * @throws InterruptedRunException after Ctrl-C or SIGTERM
     * @throws DeniedException if the broker denies the role a right; names the topic, group or transactional id
     */
    public void run(String name) throws InterruptedException {
        LogOrigin.begin(resolved.config().run(), name);
        RoleRights rights = Judges.rights(resolved.config());
        String broker = String.valueOf(resolved.config().log().bootstrap());
        try {
            runWith(name, rights);
        } catch (RuntimeException e) {
            throw Denials.explained(e, broker, name, rights);
        }
    }

    private void runWith(String name, RoleRights rights) throws InterruptedException {
        try (Interruption interruption = Interruption.watch();
                Monitoring monitoring = Monitoring.start(resolved, name, System.getenv(), say);
                LogConnection open = connect(name, rights, interruption, monitoring);
                Monitoring.LagMeasurement ignored = monitoring.watch(open.log());
                RunFolder folder = name.equals(TRAINER) ? RunFolder.open(resolved) : RunFolder.shared(resolved)) {
            LogOrigin.folder(new LogOrigin.RunProcess(folder.path(), name));
            folder.claim(); // a role may have a run folder of its own, on another machine
            if (COMPUTING.contains(name)) {
                ModelFolder.useComputeType(resolved.config());
            }
            EventLog log = open.log();
            say.accept("The role " + name + " of run " + log.topics().run() + " is connected to "
                    + log.address().bootstrapServers());
            Roles roles = new Roles(
                    folder.resolved(),
                    log,
                    FETCHING.contains(name)
                            ? FilesOfRun.configured(resolved.config(), log.topics(), System.getenv())
                            : FilesOfRun.inFolder(resolved.config(), log.topics()),
                    monitoring);
            switch (name) {
                case TRAINER -> train(roles, log, folder, interruption, monitoring);
                case EVALUATION -> evaluate(roles, log, folder, interruption, monitoring);
                case CURRICULUM -> {
                    try (ClusterWatch watch = new ClusterWatch(
                            log, resolved.config(), folder.resolved().digest(), say)) {
                        followToTheEnd(roles.curriculum(), log, interruption, monitoring, () -> {
                            watch.look();
                            monitoring.saw(watch.isPaused(), watch.rejectionStreak());
                        });
                    }
                }
                case RoleRights.SHADOWS ->
                    new ShadowRun(folder.resolved().config(), log, say, monitoring)
                            .follow(roles.shadows().rolesOnTopics(say), interruption);
                default -> followToTheEnd(other(name, roles), log, interruption, monitoring, () -> {});
            }
        }
    }

    /** Connects to broker and registry, and waits for them and for the run's topics, which may start later. */
    private LogConnection connect(String name, RoleRights rights, Interruption interruption, Monitoring monitoring)
            throws InterruptedException {
        String said = "";
        while (true) {
            String waitsFor;
            try {
                LogConnection open = LogConnection.existing(resolved.config());
                Optional<String> missing = missing(open, name, rights);
                if (missing.isEmpty()) {
                    return open;
                }
                open.close();
                waitsFor = missing.get();
            } catch (LogException e) {
                if (!PassingFault.isBehind(e)) {
                    throw e;
                }
                waitsFor = String.valueOf(e.getMessage());
            }
            if (!waitsFor.equals(said)) {
                say.accept("Waiting: " + waitsFor);
                monitoring.prepares("The role " + name + " waits: " + waitsFor);
                said = waitsFor;
            }
            for (long waited = 0; waited < CONNECT_PAUSE_MS; waited += CHECK_INTERVAL_MS) {
                interruption.refuse();
                Thread.sleep(CHECK_INTERVAL_MS);
            }
        }
    }

    private Optional<String> missing(LogConnection open, String name, RoleRights rights) {
        try {
            if (name.equals(RoleRights.SHADOWS) && resolved.config().log().bootstrap() == null) {
                Shadows.createTopics(resolved, open.log()); // on a cluster the publisher does
            }
            List<String> missing = new RightsCheck(open.log(), rights).missingTopics(name);
            if (missing.isEmpty()) {
                new TopicAdmin(open.log(), resolved.config().log().replication())
                        .requirePartitions(rights.topicsOf(name));
            }
            return missing.isEmpty()
                    ? Optional.empty()
                    : Optional.of("there is no topic " + missing.get(0) + " on "
                            + open.log().address().bootstrapServers() + "; 'longstream prompts publish' creates it");
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
    }

    private Role other(String name, Roles roles) {
        return switch (name) {
            case "rollouts" -> roles.rollouts(worker, engine);
            case "scoring" -> roles.scoring();
            case "judge" -> roles.judge();
            case "grouping" -> roles.grouping();
            case "batching" -> roles.batching();
            default -> throw new IllegalArgumentException("no role '" + name + "'");
        };
    }

    /** Prepares the run, which is the trainer's task, then trains. */
    private void train(Roles roles, EventLog log, RunFolder folder, Interruption interruption, Monitoring monitoring)
            throws InterruptedException {
        monitoring.prepares("The trainer prepares the run: the first evaluation, then the warm-up");
        try (UsageClock usage = UsageClock.start(folder.usageFile());
                RoleClaim ignored = SoleRole.trainer(log, interruption);
                WeightsServing serving = WeightsServing.start(resolved.config(), System.getenv(), say)) {
            StepPlan.of(resolved.config()).check();
            DiskWatch disk = Training.disk(resolved.config(), FreeSpace.OF_THE_SYSTEM);
            progress.say(DiskPlan.of(resolved.config()).toString());
            disk.require();
            Preparation preparation = new Preparation(folder.resolved(), log, progress, () -> {
                interruption.refuse();
                disk.look();
            });
            Path start = new RunStart(resolved.config(), preparation, roles, progress).weights(interruption);
            Optional<Role> retention = roles.retention();
            retention.ifPresent(role -> start(role, monitoring));
            TrainerRole trainer = roles.trainer(start);
            try (EndNotice end = endNotice(log)) {
                follow(trainer, interruption, monitoring, trainer::finished, () -> {
                    end.look().ifPresent(trainer::endAt);
                    retention.ifPresent(RoleFailures::refuse);
                    disk.look();
                    usage.save();
                });
                monitoring.ended("Training has ended; the last version is served until it is evaluated");
                serving.waitForLastEvaluation(log, say, interruption);
            } finally {
                retention.ifPresent(Role::close);
            }
        }
    }

    /** Evaluates the run and writes its report. A second instance waits until the first one has ended. */
    private void evaluate(Roles roles, EventLog log, RunFolder folder, Interruption interruption, Monitoring monitoring)
            throws InterruptedException {
        monitoring.prepares("The role evaluation waits until no other process has it");
        try (RoleClaim ignored = SoleRole.evaluation(log, interruption, say)) {
            if (Reports.in(folder.path()).isEmpty()) {
                evaluateVersions(roles, log, interruption, monitoring);
                monitoring.ended("All versions are evaluated; the report is being written");
                new RunEnd(folder.resolved(), log, roles, progress)
                        .report(folder, () -> Usage.in(folder.usageFile()), interruption, null);
            }
            say.accept("The report is in " + Reports.file(folder.path()));
        }
    }

    /**
     * Evaluates versions, and measures difficulties at the ends of phases, until all planned versions of the run are evaluated.
     */
    private void evaluateVersions(Roles roles, EventLog log, Interruption interruption, Monitoring monitoring)
            throws InterruptedException {
        Optional<Role> difficulty = roles.difficulty(say);
        difficulty.ifPresent(role -> start(role, monitoring));
        EvaluationRole evaluation = roles.evaluation();
        try (EndNotice end = endNotice(log)) {
            follow(evaluation, interruption, monitoring, evaluation::finished, () -> {
                end.look().ifPresent(evaluation::endAt);
                difficulty.ifPresent(RoleFailures::refuse);
            });
        } finally {
            difficulty.ifPresent(Role::close);
        }
    }

    /** Runs a role that follows the log until the run has ended. */
    private void followToTheEnd(
            Role role, EventLog log, Interruption interruption, Monitoring monitoring, Runnable meanwhile)
            throws InterruptedException {
        try (EndNotice end = endNotice(log)) {
            follow(role, interruption, monitoring, () -> end.look().isPresent(), meanwhile);
        }
    }

    private EndNotice endNotice(EventLog log) {
        return new EndNotice(log, resolved.config().totalSteps(), say);
    }

    /**
     * Runs a role until it is done.
     *
     * @param done returns whether the role has nothing left to do
     * @param meanwhile action to repeat while the role works
     */
    private static void follow(
            Role role, Interruption interruption, Monitoring monitoring, BooleanSupplier done, Runnable meanwhile)
            throws InterruptedException {
        try (role) {
            start(role, monitoring);
            while (!done.getAsBoolean()) {
                interruption.refuse();
                RoleFailures.refuse(role);
                meanwhile.run();
                Thread.sleep(CHECK_INTERVAL_MS);
            }
        }
    }

    private static void start(Role role, Monitoring monitoring) {
        role.start();
        monitoring.started(role);
    }
}
