package dev.longstream.runs.config;

import dev.longstream.config.Inline;
import dev.longstream.config.Problems;
import dev.longstream.engines.EngineConfig;
import dev.longstream.engines.EngineKind;
import dev.longstream.evaluation.EvaluationConfig;
import dev.longstream.evaluation.HeldOutReward;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.producers.rollouts.RolloutConfig;
import dev.longstream.producers.rollouts.SamplingVersion;
import dev.longstream.questions.generator.GeneratorConfig;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.OverlongPenalty;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.curriculum.Budget;
import dev.longstream.streams.curriculum.InputLength;
import dev.longstream.trainer.checkpoint.AnnouncedFormat;
import dev.longstream.trainer.objective.Clip;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.objective.Proximal;
import dev.longstream.trainer.objective.RatioLevel;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import dev.longstream.trainer.supervised.WarmUpConfig;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Complete configuration of a run: every key of a configuration file. {@link #DEFAULT} is the quickstart.
 *
 * @param identity name, folder and seed of the run
 * @param steps gradient steps of the whole run, divided among the phases in proportion to their own steps; null: each
 *     phase makes its own number of steps
 * @param material initial model, questions and demonstrations
 * @param curriculum phases, group size and batch size
 * @param answering sampling of training answers
 * @param rewarding rules and judge that reward answers
 * @param learning objective and trainer
 * @param evaluation sampling and scoring of held-out answers
 * @param operation event log, state of the stages, and time limit for a run without progress
 */
public record RunConfig(
        @Inline RunIdentity identity,
        @Nullable Integer steps,
        @Inline Material material,
        @Inline Curriculum curriculum,
        @Inline Answering answering,
        @Inline Rewarding rewarding,
        @Inline Learning learning,
        EvaluationConfig evaluation,
        @Inline Operation operation) {

    /**
     * Identity of a run: the settings that distinguish it from other runs of the same configuration.
     *
     * @param run name of the run; prefix of its topics and name of its folder
     * @param dir folder of runs; the embedded broker keeps its files in {@code dir/stack}
     * @param seed seed of all random numbers: they choose the prompts, their order and the sampled tokens
     */
    public record RunIdentity(String run, Path dir, long seed) {}

    /**
     * Initial model, questions and demonstrations of a run.
     *
     * @param model initial policy of the training
     * @param prompts questions for training and evaluation
     * @param demonstrations right answers that the policy imitates in the warm-up
     * @param warmUp supervised training before reinforcement learning
     */
    public record Material(
            ModelSection model, PromptsSection prompts, DemonstrationsSection demonstrations, WarmUpConfig warmUp) {}

    /**
     * Phases of training, and the number of answers in a gradient step.
     *
     * @param phases phases of the curriculum, in the order in which they are trained
     * @param inputLength which tokens count for a phase's range of lengths: those of the rendered prompt, or of
     *     question and documents (Eq 9)
     * @param groupSize G, number of answers to each prompt
     * @param batchSize B, number of groups in each gradient step; {@code trainer.mini-batches} divides them into updates
     * @param maxStaleness η, maximum number of gradient steps between the weights that sampled a token and the weights
     *     that it trains; 0 is on-policy
     * @param budget limits of the sampling of the whole run
     */
    public record Curriculum(
            List<PhaseSection> phases,
            InputLength inputLength,
            int groupSize,
            int batchSize,
            int maxStaleness,
            @Inline Budget budget) {
        public Curriculum {
            budget = Objects.requireNonNullElse(budget, Budget.NONE);
            phases = phases == null ? List.of() : List.copyOf(phases);
        }
    }

    /**
     * Sampling of answers in training.
     *
     * @param sampling temperature, probability cuts and length limit
     * @param rollouts number and limits of the rollout workers
     */
    public record Answering(SamplingSection sampling, RolloutsSection rollouts) {}

    /**
     * Reward of an answer.
     *
     * @param scoring rules that compare an answer with the reference answers
     * @param judge language model that decides where the rules are too strict
     */
    public record Rewarding(ScoringSection scoring, JudgeSection judge) {}

    /**
     * Training of policy versions from batches.
     *
     * @param objective advantages and loss, by name or by single settings
     * @param trainer optimizer, memory and checkpoints
     */
    public record Learning(ObjectiveSection objective, TrainerSection trainer) {}

    /**
     * Event log of a run, state of its stages, ways of its weights, and its time limit without progress.
     *
     * @param log location and size of the event log
     * @param weights how policy versions reach other hosts
     * @param streams state and failover of the stages
     * @param stallAfter time without progress after which the run stops and reports the cause
     * @param retention part of the log that is kept
     * @param diskReserveMebibytes free space in MiB below which the run stops, so that no write fails halfway; 0: never
     * @param metrics metrics and health of the processes
     */
    public record Operation(
            LogSection log,
            WeightsSection weights,
            StreamsSection streams,
            Duration stallAfter,
            RetentionSection retention,
            int diskReserveMebibytes,
            MetricsSection metrics) {}

    private static final GeneratorConfig SHORT_INPUTS = GeneratorConfig.DEFAULT;
    /**
     * Fraction of facts in generated documents. Dense documents make a guess mostly wrong, so that looking facts up
     * pays.
     */
    private static final double QUICKSTART_FACT_SHARE = 0.7;

    public static final RunConfig DEFAULT = new RunConfig(
            new RunIdentity("quickstart", Path.of("outputs"), 1),
            null,
            new Material(
                    new ModelSection(null, ComputeTypeChoice.AUTO),
                    new PromptsSection(
                            PromptStyle.PLAIN,
                            null,
                            Map.of(),
                            4096,
                            null,
                            List.of(
                                    PromptSource.generated(inputs(1024, 24, 192, 1)),
                                    PromptSource.generated(inputs(1024, 192, 512, 2))),
                            List.of(),
                            List.of(
                                    PromptSource.generated(inputs(60, 32, 96, 901)),
                                    PromptSource.generated(inputs(60, 96, 192, 902)),
                                    PromptSource.generated(inputs(60, 192, 384, 903)),
                                    PromptSource.generated(inputs(60, 384, 640, 904)))),
                    new DemonstrationsSection(
                            null,
                            List.of(
                                    demonstrations(inputs(2880, 24, 128, 3), 0.8),
                                    demonstrations(inputs(1920, 24, 128, 4), 0.2)),
                            null,
                            0.5,
                            "The answer is {gold}.",
                            null),
                    WarmUpConfig.DEFAULT),
            new Curriculum(
                    List.of(new PhaseSection("short", 24, 192, 30), new PhaseSection("long", 192, 512, 40)),
                    InputLength.TEMPLATED,
                    8,
                    16,
                    1,
                    Budget.NONE),
            new Answering(
                    new SamplingSection(1, 1, 0, 32),
                    new RolloutsSection(1, RolloutConfig.DEFAULT, EngineConfig.DEFAULT)),
            new Rewarding(
                    new ScoringSection(ScoringConfig.DEFAULT.withThinkingExpected(true), Map.of()),
                    JudgeSection.DEFAULT),
            new Learning(
                    new ObjectiveSection(ObjectivePreset.DEFAULT.word(), LossSettings.DEFAULT, AdvantageConfig.DEFAULT),
                    TrainerSection.DEFAULT),
            EvaluationConfig.DEFAULT,
            new Operation(
                    new LogSection(2, null, null, null, null, 0, 0, Map.of(), null),
                    WeightsSection.DEFAULT,
                    StreamsSection.DEFAULT,
                    Duration.ofMinutes(5),
                    RetentionSection.DEFAULT,
                    512,
                    MetricsSection.DEFAULT));

    public RunConfig {
        Problems problems = new Problems("run")
                .require(steps == null || steps >= 1, "steps is %s, must be at least 1", String.valueOf(steps));
        check(identity, operation, problems);
        check(curriculum, problems);
        problems.require(
                learning.trainer() == null || learning.trainer().updates().miniBatches() <= curriculum.batchSize(),
                "trainer.mini-batches is %d, must be at most batch-size (%d): a mini-batch has at least one group",
                learning.trainer() == null ? 0 : learning.trainer().updates().miniBatches(),
                curriculum.batchSize());
        checkAdapter(learning, operation, answering, problems);
        checkSglang(answering, problems);
        checkJudge(rewarding, evaluation, problems);
        ObjectiveSection objective = learning.objective();
        problems.require(objective != null, "objective is missing, expected a name such as dapo, or keys");
        if (objective != null && answering.sampling() != null) {
            checkPenalties(curriculum.phases(), objective, answering.sampling(), problems);
            checkTruncation(objective, answering.sampling(), problems);
        }
        problems.throwIfAny();
    }

    /** Refuses engines and types of weights that know no adapters. */
    private static void checkAdapter(Learning learning, Operation operation, Answering answering, Problems problems) {
        if (learning.trainer() == null || learning.trainer().adapter() == null) {
            return;
        }
        problems.require(
                        operation.weights() == null || operation.weights().type() == WeightsType.FLOAT32,
                        "weights.type is bfloat16, must be float32 with trainer.adapter: an adapter is announced as it is trained")
                .require(
                        answering.rollouts() == null
                                || answering.rollouts().engine().isEmbedded()
                                || answering.rollouts().engine().kind() == EngineKind.VLLM,
                        "rollouts.engine.kind must be embedded or vllm with trainer.adapter: no other takes adapters while it runs");
    }

    /** Refuses settings of sampling under which SGLang reports log-probabilities of another distribution. */
    private static void checkSglang(Answering answering, Problems problems) {
        SamplingSection sampling = answering.sampling();
        if (sampling != null
                && answering.rollouts() != null
                && answering.rollouts().engine().kind() == EngineKind.SGLANG) {
            problems.require(
                    sampling.topP() == 1 && sampling.topK() == 0,
                    "sampling.top-p is %s and top-k %d, must be 1 and 0 with rollouts.engine.kind sglang: it reports"
                            + " log-probabilities before they cut the distribution",
                    sampling.topP(),
                    sampling.topK());
        }
    }

    private static void check(RunIdentity identity, Operation operation, Problems problems) {
        String run = identity.run();
        Duration stallAfter = operation.stallAfter();
        problems.require(
                        run != null && run.matches("[a-z0-9][a-z0-9-]{0,63}") && !run.equals("stack"),
                        "run is '%s', must be 1 to 64 of a-z, 0-9 and '-', the first no '-', and not 'stack'",
                        run)
                .require(identity.dir() != null, "dir is missing, expected a folder")
                .require(
                        stallAfter != null && stallAfter.compareTo(Duration.ofSeconds(1)) >= 0,
                        "stall-after is %s, must be at least 1s",
                        stallAfter == null ? "missing" : DurationText.write(stallAfter))
                .require(operation.retention() != null, "retention is missing, expected its keys")
                .require(operation.metrics() != null, "metrics is missing, expected its keys")
                .require(
                        operation.diskReserveMebibytes() >= 0,
                        "disk-reserve-mebibytes is %d, must not be negative",
                        operation.diskReserveMebibytes());
    }

    private static void check(Curriculum curriculum, Problems problems) {
        List<PhaseSection> phases = curriculum.phases();
        problems.require(!phases.isEmpty(), "phases is empty, must hold at least one phase")
                .require(
                        phases.stream().map(PhaseSection::name).distinct().count() == phases.size(),
                        "phases has a name twice: %s",
                        phases.stream().map(PhaseSection::name).toList())
                .require(curriculum.inputLength() != null, "input-length is missing, expected templated or content")
                .require(
                        phases.isEmpty()
                                || phases.get(0).prompts().retrospective().share() == 0,
                        "phases[0].retrospective.share is not 0, but there is no phase before the first")
                .require(
                        phases.isEmpty() || phases.get(0).start().optimizer() == MomentsAtStart.KEEP,
                        "phases[0].optimizer is reset, but there is no phase before the first")
                .require(
                        PhaseSection.unusedMeasurements(phases).isEmpty(),
                        "phases has difficulty-samples that nothing uses: no later phase chooses by difficulty-of: %s",
                        String.join(", ", PhaseSection.unusedMeasurements(phases)))
                .require(
                        curriculum.groupSize() >= 2,
                        "group-size is %d, must be at least 2: a group of one has no advantage",
                        curriculum.groupSize())
                .require(
                        curriculum.batchSize() >= 1,
                        "batch-size is %d, must be at least 1 group",
                        curriculum.batchSize())
                .require(
                        curriculum.maxStaleness() >= 0,
                        "max-staleness is %d gradient steps, must not be negative",
                        curriculum.maxStaleness());
    }

    private static void checkJudge(Rewarding rewarding, EvaluationConfig evaluation, Problems problems) {
        ScoringConfig scoring =
                rewarding.scoring() == null ? null : rewarding.scoring().answers();
        JudgeSection judge = rewarding.judge();
        problems.require(
                        scoring == null || judge == null || !scoring.reward().asksAJudge() || judge.present(),
                        "judge has neither url nor folder, but scoring.reward is %s, which needs a judge",
                        scoring == null ? "missing" : ConfigTree.word(scoring.reward()))
                .require(
                        evaluation == null
                                || judge == null
                                || evaluation.reward() == HeldOutReward.RULE
                                || judge.present(),
                        "judge has neither url nor folder, but evaluation.reward is %s, which needs a judge",
                        evaluation == null ? "missing" : ConfigTree.word(evaluation.reward()));
    }

    /**
     * Refuses samples from a truncated distribution that the clip would treat as off-policy. The recorded probability μ of a
     * token is that of the truncated distribution, so the ratio π/μ of a new token is the mass Z that the cut kept, not 1.
     * Below 1 − clip-low, negative advantages have no gradient. Top-k bounds Z by nothing.
     */
    private static void checkTruncation(ObjectiveSection objective, SamplingSection sampling, Problems problems) {
        if (objective.loss().surrogate() instanceof Clip clip
                && clip.ratio() == RatioLevel.TOKEN
                && objective.loss().proximal() != Proximal.CURRENT) {
            problems.require(
                            sampling.topP() >= 1 - clip.clipLow(),
                            "sampling.top-p is %s, must be at least 1 - objective.loss.clip-low (%s): the ratio of a new"
                                    + " token is as low as top-p, and the clip would take its gradient away",
                            sampling.topP(),
                            1 - clip.clipLow())
                    .require(
                            sampling.topK() == 0,
                            "sampling.top-k is %d, must be 0 with a clipped objective: the cut keeps an unknown mass, and"
                                    + " the ratio of a new token is that mass",
                            sampling.topK());
        }
    }

    private static void checkPenalties(
            List<PhaseSection> phases, ObjectiveSection objective, SamplingSection sampling, Problems problems) {
        Set<String> found = new LinkedHashSet<>(); // phases with the run's own say the same
        for (int i = 0; i < phases.size(); i++) {
            PhaseSection phase = phases.get(i);
            int maxTokens = Objects.requireNonNullElse(phase.maxTokens(), sampling.maxTokens());
            OverlongPenalty overlong = Objects.requireNonNullElse(phase.objective(), objective)
                    .advantage()
                    .overlong();
            if (overlong.present() && overlong.of(maxTokens) >= 0) {
                found.add((phase.objective() == null ? "" : "phases[" + i + "].")
                        + "objective has a penalty on length that begins at more tokens than "
                        + (phase.maxTokens() == null ? "sampling" : "phases[" + i + "]")
                        + ".max-tokens allows (" + maxTokens + "): it would never apply");
            }
        }
        found.forEach(problem -> problems.require(false, "%s", problem));
    }

    private static PromptSource demonstrations(GeneratorConfig generate, double quotingShare) {
        return new PromptSource(null, null, null, null, generate, quotingShare);
    }

    private static GeneratorConfig inputs(int count, int longerThan, int upTo, long seed) {
        return new GeneratorConfig(
                count,
                longerThan,
                upTo,
                SHORT_INPUTS.templateWords(),
                SHORT_INPUTS.hopWeights(),
                QUICKSTART_FACT_SHARE,
                SHORT_INPUTS.peopleFactor(),
                seed);
    }

    /**
     * Returns the phases as they are run. {@link #steps} are divided in proportion to the phases' own steps, and
     * earlier phases are rounded up. A phase that gets no step is left out.
     */
    public List<PhaseSection> scheduledPhases() {
        List<PhaseSection> phases = phases();
        if (steps == null) {
            return phases;
        }
        List<PhaseSection> scheduled = new ArrayList<>();
        long planned = phases.stream().mapToLong(PhaseSection::steps).sum();
        long plannedSoFar = 0;
        long given = 0;
        for (PhaseSection phase : phases) {
            plannedSoFar += phase.steps();
            // Rounding the running sum up gives every step away exactly, the earlier phases first.
            long upToHere = Math.min(steps, (plannedSoFar * steps + planned - 1) / planned);
            int own = Math.toIntExact(upToHere - given);
            given = upToHere;
            if (own > 0) {
                scheduled.add(phase.withSteps(own));
            }
        }
        return List.copyOf(scheduled);
    }

    /** Returns the objective for the batches of a phase: the phase's own, or else the run's. */
    public ObjectiveSection objectiveOf(PhaseSection phase) {
        return Objects.requireNonNullElse(phase.objective(), objective());
    }

    /** Returns the settings of the advantages in each phase that is run. */
    public PhaseAdvantages advantages() {
        return new PhaseAdvantages(
                objective().advantage(),
                scheduledPhases().stream()
                        .map(phase -> objectiveOf(phase).advantage())
                        .toList());
    }

    /** Returns the length limit of an answer in a phase, in tokens: the phase's own, or else the run's. */
    public int maxTokensOf(PhaseSection phase) {
        return Objects.requireNonNullElse(phase.maxTokens(), sampling().maxTokens());
    }

    /** Returns the number of gradient steps of all phases together. */
    public int totalSteps() {
        return scheduledPhases().stream().mapToInt(PhaseSection::steps).sum();
    }

    /**
     * Returns the number of the newest policy versions that workers may load. With {@code rollouts.worker.weights: as-admitted}
     * a group that is not trained yet may have been admitted up to η versions before the newest.
     */
    public int sampledVersions() {
        return rollouts().worker().weights() == SamplingVersion.AS_ADMITTED ? maxStaleness() + 1 : 1;
    }

    /** Returns the folder of this run's files, {@code dir/run}. */
    public Path folder() {
        return dir().resolve(run());
    }

    /** Returns the name of the run, which is the prefix of its topics. */
    public String run() {
        return identity.run();
    }

    /** Returns the folder of runs. */
    public Path dir() {
        return identity.dir();
    }

    /** Returns the seed of all random numbers. */
    public long seed() {
        return identity.seed();
    }

    /** Returns the section {@code model}. */
    public ModelSection model() {
        return material.model();
    }

    /** Returns the section {@code prompts}. */
    public PromptsSection prompts() {
        return material.prompts();
    }

    /** Returns the section {@code demonstrations}. */
    public DemonstrationsSection demonstrations() {
        return material.demonstrations();
    }

    /** Returns the section {@code warm-up}. */
    public WarmUpConfig warmUp() {
        return material.warmUp();
    }

    /** Returns the phases as configured; {@link #scheduledPhases()} are those that are run. */
    public List<PhaseSection> phases() {
        return curriculum.phases();
    }

    /** Returns which tokens count for a phase's range of lengths. */
    public InputLength inputLength() {
        return curriculum.inputLength();
    }

    /** Returns G, the number of answers to each prompt. */
    public int groupSize() {
        return curriculum.groupSize();
    }

    /** Returns B, the number of groups in each gradient step. */
    public int batchSize() {
        return curriculum.batchSize();
    }

    /** Returns η, the maximum staleness in gradient steps. */
    public int maxStaleness() {
        return curriculum.maxStaleness();
    }

    /** Returns the section {@code sampling}. */
    public SamplingSection sampling() {
        return answering.sampling();
    }

    /** Returns the section {@code rollouts}. */
    public RolloutsSection rollouts() {
        return answering.rollouts();
    }

    /** Returns the settings of the run's reward, in section {@code scoring}. */
    public ScoringConfig scoring() {
        return rewarding.scoring().answers();
    }

    /** Returns the run's shadows by name. */
    public Map<String, ShadowSection> shadows() {
        return rewarding.scoring().shadows();
    }

    /** Returns the section {@code judge}. */
    public JudgeSection judge() {
        return rewarding.judge();
    }

    /** Returns the section {@code objective}. */
    public ObjectiveSection objective() {
        return learning.objective();
    }

    /** Returns the section {@code trainer}. */
    public TrainerSection trainer() {
        return learning.trainer();
    }

    /** Returns the section {@code log}. */
    public LogSection log() {
        return operation.log();
    }

    /** Returns the section {@code weights}. */
    public WeightsSection weights() {
        return operation.weights();
    }

    /** Returns the format of the weights that the trainer announces. */
    public AnnouncedFormat announced() {
        return trainer().adapter() == null ? weights().announced() : AnnouncedFormat.ADAPTER;
    }

    /** Returns the section {@code streams}. */
    public StreamsSection streams() {
        return operation.streams();
    }

    /** Returns the time without progress after which a run stops. */
    public Duration stallAfter() {
        return operation.stallAfter();
    }

    /** Returns the section {@code retention}. */
    public RetentionSection retention() {
        return operation.retention();
    }

    /** Returns the free space in MiB below which the run stops; 0: never. */
    public int diskReserveMebibytes() {
        return operation.diskReserveMebibytes();
    }

    /** Returns the section {@code metrics}. */
    public MetricsSection metrics() {
        return operation.metrics();
    }
}
