package dev.longstream.runs.launch;

import dev.longstream.config.ConfigurationException;
import dev.longstream.engines.EngineConfig;
import dev.longstream.evaluation.EvaluationRole;
import dev.longstream.evaluation.HeldOutSet;
import dev.longstream.evaluation.WantedEvaluation;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.log.rights.RoleRights;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.rollouts.RolloutConfig;
import dev.longstream.producers.rollouts.RolloutWorker;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RetentionSection;
import dev.longstream.runs.config.RolloutsSection;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.config.SamplingSection;
import dev.longstream.runs.config.StreamsSection;
import dev.longstream.runs.fork.Fork;
import dev.longstream.runs.judges.Evaluators;
import dev.longstream.runs.judges.JudgeRole;
import dev.longstream.runs.judges.JudgeRoles;
import dev.longstream.runs.judges.Judges;
import dev.longstream.runs.monitoring.Monitoring;
import dev.longstream.runs.passes.DifficultyRole;
import dev.longstream.runs.retention.RetentionRole;
import dev.longstream.runs.shadows.Shadows;
import dev.longstream.streams.Stages;
import dev.longstream.streams.StreamsRuntime;
import dev.longstream.streams.batching.BatchingConfig;
import dev.longstream.streams.curriculum.AnswerSampling;
import dev.longstream.streams.curriculum.CurriculumConfig;
import dev.longstream.streams.curriculum.Phase;
import dev.longstream.trainer.loop.PhaseTraining;
import dev.longstream.trainer.loop.TrainerRole;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Creates the roles of a run from its configuration, for one process or for a cluster. */
public final class Roles {
    /** Names of the roles for {@code longstream run}, in the order of the data flow. */
    public static final List<String> NAMES = List.of(
            "curriculum",
            "rollouts",
            "scoring",
            "judge",
            "grouping",
            "batching",
            "trainer",
            "evaluation",
            RoleRights.SHADOWS);

    static final String BEFORE_TRAINING = "before-training";
    private static final String AFTER_WARM_UP = "after-warm-up";
    private static final String AFTER_RL = "after-rl";

    private static final int DOCUMENT_SHARE_OF_HEAP = 4;
    /** Java keeps texts beyond Latin-1 with 2 bytes a character. */
    private static final int BYTES_A_CHARACTER = 2;

    private final ResolvedConfig resolved;
    private final RunConfig config;
    private final String digest;
    private final EventLog log;
    private final RunFiles files;
    private final Monitoring monitoring;
    private final Variant variant;

    /**
     * Differences of a replay's stages.
     *
     * @param commitInterval time between the transactions of a stage
     * @param replay whether the answers are those of another run, whose promotions the configuration need not know
     */
    private record Variant(Duration commitInterval, boolean replay) {}

    /**
     * Creates the roles of one run.
     *
     * @param resolved configuration of the run
     * @param log log of the run
     * @param files weights and large documents of the run
     * @param monitoring listens to the roles
     */
    public Roles(ResolvedConfig resolved, EventLog log, RunFiles files, Monitoring monitoring) {
        this(resolved, log, files, monitoring, new Variant(StreamsRuntime.DEFAULT_COMMIT_INTERVAL, false));
    }

    private Roles(ResolvedConfig resolved, EventLog log, RunFiles files, Monitoring monitoring, Variant variant) {
        this.variant = variant;
        this.resolved = resolved;
        this.config = resolved.config();
        this.digest = resolved.digest();
        this.log = log.heardBy(monitoring.log());
        this.files = files;
        this.monitoring = monitoring;
    }

    /** Returns the roles of a replay with another time between the transactions of its stages. */
    Roles replayingWith(Duration interval) {
        return new Roles(resolved, log, files, monitoring, new Variant(interval, true));
    }

    /** Returns the roles of a replay. */
    Roles replaying() {
        return replayingWith(variant.commitInterval());
    }

    /** Creates the role that prunes the log, beside the trainer; empty if everything is kept. */
    Optional<Role> retention() {
        return config.retention().keep() == RetentionSection.Keep.EVERYTHING
                ? Optional.empty()
                : Optional.of(new RetentionRole(
                        log, config.folder().toAbsolutePath(), config.retention(), RetentionRole.INTERVAL));
    }

    /** Returns the SHA-256 of the resolved configuration. */
    String configDigest() {
        return digest;
    }

    /** Creates the curriculum, which assigns prompts to rollout workers. */
    public Role curriculum() {
        return Stages.curriculum(log, curriculumConfig(config), digest, runtime());
    }

    /**
     * Creates a rollout worker, which samples answers.
     *
     * @param worker name of the worker, unique in the run
     * @param engine URL of the engine that it owns, one of {@code rollouts.engine.urls}; null: the only one
     * @throws WrongUseException if the configuration has no such engine, or several and none is named
     */
    public Role rollouts(String worker, @Nullable String engine) {
        EngineConfig engines = config.rollouts().engine();
        RolloutWorker made = rollouts(worker);
        return engines.isEmbedded() && engine == null
                ? made
                : made.sampledBy(Engines.access(engines, engine, System.getenv()));
    }

    private RolloutWorker rollouts(String worker) {
        RolloutConfig limits = fitting(config.rollouts(), Runtime.getRuntime().maxMemory());
        return new RolloutWorker(
                log,
                files,
                limits,
                config.maxStaleness(),
                config.prompts().form(),
                worker,
                digest,
                monitoring.rollouts(worker));
    }

    /**
     * Returns the limits of one worker, with a cache of documents that fits in the heap together with those of the process's
     * other workers.
     *
     * @param heapBytes size of Java's heap
     * @throws ConfigurationException if a size that was chosen does not fit
     */
    static RolloutConfig fitting(RolloutsSection rollouts, long heapBytes) {
        RolloutConfig worker = rollouts.worker();
        long fits = heapBytes / DOCUMENT_SHARE_OF_HEAP / rollouts.workers() / BYTES_A_CHARACTER;
        if (worker.documentCharacters() <= fits) {
            return worker;
        }
        if (worker.documentCharacters() != RolloutConfig.DEFAULT.documentCharacters()) {
            throw new ConfigurationException(List.of("rollouts.worker.document-characters is "
                    + worker.documentCharacters() + ", expected at most " + fits + ": the documents that "
                    + rollouts.workers() + " worker(s) keep may take a quarter of Java's heap of "
                    + (heapBytes >> 20) + " MiB, at 2 bytes a character; lower it or raise LONGSTREAM_HEAP"));
        }
        return worker.withDocumentCharacters(fits);
    }

    /** Creates the scoring stage, which rewards answers. */
    public Role scoring() {
        return Stages.scoring(
                log, variant.replay() ? Judges.rulesOfReplay(resolved) : Judges.rules(resolved), digest, runtime());
    }

    /**
     * Creates the judge's worker, and those of shadows that are promoted. Its start throws {@link WrongUseException} if the
     * configuration names no judge or the judge's API key is not set.
     */
    public Role judge() {
        return Judges.shadowsAsk(config)
                ? new JudgeRoles(log, config, System.getenv(), monitoring::judge)
                : new JudgeRole(
                        log,
                        config.judge(),
                        System.getenv(),
                        monitoring.judge(config.judge().name()));
    }

    /** Returns the shadows, which score the same answers under other rewards. */
    Shadows shadows() {
        return new Shadows(resolved, log, runtime(), System.getenv());
    }

    /** Creates the grouping stage, which collects the answers to a prompt and computes advantages. */
    public Role grouping() {
        return Stages.grouping(log, config.advantages(), digest, runtime());
    }

    /** Creates the batching stage, which collects groups for a gradient step. */
    public Role batching() {
        return Stages.batching(log, new BatchingConfig(config.batchSize(), config.advantages()), digest, runtime());
    }

    /**
     * Creates the trainer.
     *
     * @param start model folder that reinforcement learning starts from
     */
    public TrainerRole trainer(Path start) {
        PolicyFolder.open(start).close(); // checks it before the role starts
        return new TrainerRole(
                log,
                config.trainer()
                        .config(
                                config.seed(),
                                config.objective().loss(),
                                config.totalSteps(),
                                config.sampledVersions(),
                                keptVersions(),
                                config.scheduledPhases().stream()
                                        .map(phase -> new PhaseTraining(
                                                config.objectiveOf(phase).loss(),
                                                phase.start().optimizer(),
                                                phase.start().reference()))
                                        .toList()),
                config.announced(),
                config.folder().toAbsolutePath(),
                start,
                digest,
                monitoring.trainer(),
                resolved.policyLearners(System.getenv()));
    }

    /** Creates the evaluation of held-out questions. */
    public EvaluationRole evaluation() {
        return new EvaluationRole(
                log,
                files,
                config.evaluation(),
                Evaluators.of(config, log),
                config.prompts().form(),
                wantedVersions(),
                digest);
    }

    /**
     * Creates the role that measures difficulties at the ends of phases; empty if no phase wants it.
     *
     * @param say receives messages for the user
     */
    Optional<Role> difficulty(Consumer<String> say) {
        return config.scheduledPhases().stream().allMatch(phase -> phase.end().difficultySamples() == null)
                ? Optional.empty()
                : Optional.of(new DifficultyRole(config, log, files, say));
    }

    /**
     * Returns the policy versions to evaluate: the start of reinforcement learning, every {@code evaluation.every} steps, the
     * end of each phase, and the last version. Those between the ends of phases answer the validation questions, if the run
     * has some.
     */
    static Map<Long, WantedEvaluation> evaluatedVersions(RunConfig config) {
        Map<Long, WantedEvaluation> versions = new TreeMap<>();
        int every = config.evaluation().every();
        for (long between = every; every > 0 && between < config.totalSteps(); between += every) {
            versions.put(between, new WantedEvaluation("version " + between, steeringSplit(config)));
        }
        versions.put(0L, new WantedEvaluation(AFTER_WARM_UP, HeldOutSet.SPLIT));
        long version = 0;
        for (PhaseSection phase : config.scheduledPhases()) {
            version += phase.steps();
            versions.put(version, new WantedEvaluation("end of " + phase.name(), HeldOutSet.SPLIT));
        }
        versions.put(version, new WantedEvaluation(AFTER_RL, HeldOutSet.SPLIT));
        return versions;
    }

    /** Returns the split of the questions that end phases. */
    private static String steeringSplit(RunConfig config) {
        return config.prompts().validation().isEmpty() ? HeldOutSet.SPLIT : HeldOutSet.VALIDATION;
    }

    private Set<Long> keptVersions() {
        return new HashSet<>(wantedVersions().keySet());
    }

    /** Returns the versions to evaluate; a fork evaluates the version that it begins with, and none before. */
    private Map<Long, WantedEvaluation> wantedVersions() {
        Map<Long, WantedEvaluation> versions = evaluatedVersions(config);
        Fork.in(config.folder()).ifPresent(fork -> {
            versions.keySet().removeIf(version -> version < fork.step());
            versions.putIfAbsent(
                    fork.step(), new WantedEvaluation("step " + fork.step() + " of " + fork.run(), HeldOutSet.SPLIT));
        });
        return versions;
    }

    static CurriculumConfig curriculumConfig(RunConfig config) {
        SamplingSection sampling = config.sampling();
        List<Phase> phases = config.scheduledPhases().stream()
                .map(phase -> new Phase(
                        phase.name(),
                        phase.longerThan(),
                        phase.upTo(),
                        phase.steps(),
                        new AnswerSampling(
                                sampling.temperature(), sampling.topP(), sampling.topK(), config.maxTokensOf(phase)),
                        phase.prompts(),
                        phase.end()))
                .toList();
        return new CurriculumConfig(
                phases,
                config.batchSize(),
                config.groupSize(),
                config.maxStaleness(),
                config.inputLength(),
                steeringSplit(config),
                config.curriculum().budget(),
                config.seed());
    }

    /** Returns the weights and large documents of the run. */
    RunFiles files() {
        return files;
    }

    private StreamsRuntime runtime() {
        StreamsSection streams = config.streams();
        Path folder = Objects.requireNonNullElse(streams.dir(), config.folder().resolve("streams"));
        return new StreamsRuntime(
                folder.toAbsolutePath(),
                variant.commitInterval(),
                1,
                new StreamsRuntime.Cluster(
                        config.log().replication(), streams.standbyReplicas(), streams.sessionTimeout()));
    }
}
