package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.evaluation.EvaluationConfig;
import dev.longstream.evaluation.HeldOutReward;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.producers.rollouts.RolloutConfig;
import dev.longstream.questions.generator.GeneratorConfig;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.OverlongPenalty;
import dev.longstream.streams.curriculum.InputLength;
import dev.longstream.trainer.objective.LossSettings;
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
 * A run, whole: every key of a configuration file. {@link #DEFAULT} is the quickstart.
 *
 * @param run name of the run; prefix of its topics and name of its folder
 * @param dir folder of runs; the embedded broker keeps its files in {@code dir/stack}
 * @param seed of everything drawn by chance: which prompts, in which order, which tokens
 * @param steps gradient steps in all, shared out to the phases in proportion to their own; null: as the phases say
 * @param model the policy that training begins with
 * @param prompts what is asked
 * @param demonstrations right answers to imitate in the warm-up
 * @param warmUp the supervised training before reinforcement learning
 * @param phases of the curriculum, in order
 * @param inputLength which tokens the ranges of phases count: all that is rendered, or question and documents (Eq 9)
 * @param groupSize G, answers to a prompt
 * @param batchSize B, groups a gradient step
 * @param maxStaleness η, gradient steps between the weights that sampled a token and those it trains; 0 is on-policy
 * @param sampling how answers are drawn
 * @param rollouts how much a rollout worker does at once
 * @param scoring how answers are compared with their golds
 * @param judge who decides where the rule is too strict
 * @param objective what is learned from a batch: advantages and loss, by name and by setting
 * @param trainer how batches become policy versions
 * @param evaluation how held-out answers are drawn and reported
 * @param log where the event log is
 * @param stallAfter a run that makes no progress for so long stops and says why
 */
public record RunConfig(
        String run,
        Path dir,
        long seed,
        @Nullable Integer steps,
        ModelSection model,
        PromptsSection prompts,
        DemonstrationsSection demonstrations,
        WarmUpConfig warmUp,
        List<PhaseSection> phases,
        InputLength inputLength,
        int groupSize,
        int batchSize,
        int maxStaleness,
        SamplingSection sampling,
        RolloutsSection rollouts,
        ScoringConfig scoring,
        JudgeSection judge,
        ObjectiveSection objective,
        TrainerSection trainer,
        EvaluationConfig evaluation,
        LogSection log,
        Duration stallAfter) {

    private static final GeneratorConfig SHORT_INPUTS = GeneratorConfig.DEFAULT;
    /** Dense documents: answering at once is then mostly wrong, so that it matters whether the policy looks things up. */
    private static final double QUICKSTART_FACT_SHARE = 0.7;

    public static final RunConfig DEFAULT = new RunConfig(
            "quickstart",
            Path.of("outputs"),
            1,
            null,
            new ModelSection(null, ComputeTypeChoice.AUTO),
            new PromptsSection(
                    PromptStyle.PLAIN,
                    4096,
                    null,
                    List.of(
                            PromptSource.generated(inputs(1024, 24, 192, 1)),
                            PromptSource.generated(inputs(1024, 192, 512, 2))),
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
                    "The answer is {gold}."),
            WarmUpConfig.DEFAULT,
            List.of(new PhaseSection("short", 24, 192, 30), new PhaseSection("long", 192, 512, 40)),
            InputLength.TEMPLATED,
            8,
            16,
            1,
            new SamplingSection(1, 1, 0, 32),
            new RolloutsSection(1, RolloutConfig.DEFAULT),
            ScoringConfig.DEFAULT.withThinkingExpected(true),
            JudgeSection.DEFAULT,
            new ObjectiveSection(ObjectivePreset.DEFAULT.word(), LossSettings.DEFAULT, AdvantageConfig.DEFAULT),
            TrainerSection.DEFAULT,
            EvaluationConfig.DEFAULT,
            new LogSection(2, 1, null, null, 0, 0, Map.of()),
            Duration.ofMinutes(5));

    public RunConfig {
        phases = phases == null ? List.of() : List.copyOf(phases);
        Problems problems = new Problems("run")
                .require(
                        run != null && run.matches("[a-z0-9][a-z0-9-]{0,63}") && !run.equals("stack"),
                        "run is '%s', must be 1 to 64 of a-z, 0-9 and '-', the first no '-', and not 'stack'",
                        run)
                .require(dir != null, "dir is missing, expected a folder")
                .require(steps == null || steps >= 1, "steps is %s, must be at least 1", String.valueOf(steps))
                .require(!phases.isEmpty(), "phases is empty, must hold at least one phase")
                .require(
                        phases.stream().map(PhaseSection::name).distinct().count() == phases.size(),
                        "phases has a name twice: %s",
                        phases.stream().map(PhaseSection::name).toList())
                .require(inputLength != null, "input-length is missing, expected templated or content")
                .require(
                        phases.isEmpty() || phases.get(0).retrospective().share() == 0,
                        "phases[0].retrospective.share is not 0, but there is no phase before the first")
                .require(
                        phases.isEmpty() || phases.get(0).optimizer() == MomentsAtStart.KEEP,
                        "phases[0].optimizer is reset, but there is no phase before the first")
                .require(
                        groupSize >= 2,
                        "group-size is %d, must be at least 2: a group of one has no advantage",
                        groupSize)
                .require(batchSize >= 1, "batch-size is %d, must be at least 1 group", batchSize)
                .require(
                        scoring == null || judge == null || !scoring.reward().asksAJudge() || judge.present(),
                        "judge has neither url nor folder, but scoring.reward is %s, which needs a judge",
                        scoring == null ? "missing" : ConfigTree.word(scoring.reward()))
                .require(
                        evaluation == null
                                || judge == null
                                || evaluation.reward() == HeldOutReward.RULE
                                || judge.present(),
                        "judge has neither url nor folder, but evaluation.reward is %s, which needs a judge",
                        evaluation == null ? "missing" : ConfigTree.word(evaluation.reward()))
                .require(maxStaleness >= 0, "max-staleness is %d gradient steps, must not be negative", maxStaleness)
                .require(objective != null, "objective is missing, expected a name such as dapo, or keys")
                .require(
                        stallAfter != null && stallAfter.compareTo(Duration.ofSeconds(1)) >= 0,
                        "stall-after is %s, must be at least 1s",
                        stallAfter == null ? "missing" : DurationText.write(stallAfter));
        if (objective != null && sampling != null) {
            checkPenalties(phases, objective, sampling, problems);
        }
        problems.throwIfAny();
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
     * The phases as they are run: with {@link #steps} shared out in proportion, the earlier phases rounded up. A phase that gets none is left out.
     */
    public List<PhaseSection> scheduledPhases() {
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

    /** What is learned from the batches of a phase. */
    public ObjectiveSection objectiveOf(PhaseSection phase) {
        return Objects.requireNonNullElse(phase.objective(), objective);
    }

    /** Gradient steps of all phases. */
    public int totalSteps() {
        return scheduledPhases().stream().mapToInt(PhaseSection::steps).sum();
    }

    /** Where this run keeps its files. */
    public Path folder() {
        return dir.resolve(run);
    }
}
