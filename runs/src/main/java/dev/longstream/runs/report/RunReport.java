package dev.longstream.runs.report;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.longstream.runs.folder.PublishedQuestions;
import dev.longstream.runs.report.SampledGroups.SampledFigures;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Report of a run, the content of {@code report.json}.
 *
 * @param identity name, seed, configuration and model of the run
 * @param learning figures of the gradient steps
 * @param heldOut reward on questions that are never trained on
 * @param ledger outcome of every trajectory
 * @param judge verdicts of the judge and their cost
 * @param cost time and memory of the run
 * @param questions numbers of published questions, and of those left out for their length; null if they were not published
 *     from the run's folder
 * @param behaviours frequency of reasoning behaviours in the answers; null until they are counted
 */
public record RunReport(
        @JsonUnwrapped ReportedRun identity,
        @JsonUnwrapped LearningFigures learning,
        HeldOut heldOut,
        LedgerReport ledger,
        JudgeReport judge,
        @JsonUnwrapped RunCost cost,
        @Nullable PublishedQuestions questions,
        @Nullable BehaviourReport behaviours) {

    /**
     * Identity of a reported run.
     *
     * @param run name of the run
     * @param seed seed of the run
     * @param configDigest SHA-256 of the resolved configuration
     * @param model folder of the trained policy, in Hugging Face's layout
     * @param replayOf name of the run whose answers were trained on; null: the run's own answers
     * @param forkOf run and step that this run began at, such as {@code quickstart@30}; null: it began by itself
     */
    public record ReportedRun(
            String run,
            long seed,
            String configDigest,
            @Nullable String model,
            @Nullable String replayOf,
            @Nullable String forkOf) {}

    /**
     * Figures of the gradient steps of a run.
     *
     * @param steps number of gradient steps
     * @param warmUp figures of the supervised warm-up; null without a warm-up
     * @param phases figures of each phase, in the order of training
     * @param training means and maxima over all steps
     * @param sampled rewards of all sampled answers, trained or not
     * @param dynamics figures by phase and prompt length
     */
    public record LearningFigures(
            long steps,
            @Nullable WarmUpReport warmUp,
            List<PhaseReport> phases,
            TrainingReport training,
            SampledReport sampled,
            List<DynamicsPart> dynamics) {}

    /**
     * Rewards of all sampled answers at both ends of a run; null without answers.
     *
     * @param first answers of the versions before the first tenth of the steps
     * @param last answers of the versions before the last tenth of the steps
     */
    public record SampledReport(@Nullable SampledFigures first, @Nullable SampledFigures last) {}

    /**
     * Time and memory of a run.
     *
     * @param wallSeconds time in seconds during which the run's process was up, restarts included
     * @param peakMemoryBytes largest resident memory of the process in bytes; 0 if the system does not report it
     */
    public record RunCost(double wallSeconds, long peakMemoryBytes) {}

    /** Returns this report with behaviours that were counted after the run. */
    public RunReport with(BehaviourReport counted) {
        return new RunReport(identity, learning, heldOut, ledger, judge, cost, questions, counted);
    }

    /**
     * Mean held-out rewards at three points of a run: before training, after the warm-up and after reinforcement
     * learning. A reward is null if no evaluation measured it.
     *
     * @param questions number of held-out questions
     * @param beforeTraining reward of the weights that the run was given
     * @param afterWarmUp reward of the weights that reinforcement learning began with
     * @param afterRl reward of the weights of the last step
     * @param standardError standard error of {@code afterRl} over the questions
     * @param standardErrors standard errors of all three rewards
     * @param byLength rewards by prompt length
     */
    public record HeldOut(
            int questions,
            @Nullable Double beforeTraining,
            @Nullable Double afterWarmUp,
            @Nullable Double afterRl,
            @Nullable Double standardError,
            Stations standardErrors,
            List<Length> byLength) {}

    /** One number for each of the three points of a run; null if it was not measured. */
    public record Stations(@Nullable Double beforeTraining, @Nullable Double afterWarmUp, @Nullable Double afterRl) {}

    /**
     * Held-out rewards of the questions whose prompts are in a range of lengths.
     *
     * @param moreThan lower bound of the prompt length in tokens, exclusive
     * @param upTo upper bound of the prompt length in tokens, inclusive; null: no bound
     * @param questions number of held-out questions in the range
     * @param beforeTraining reward of the weights that the run was given
     * @param afterWarmUp reward of the weights that reinforcement learning began with
     * @param afterRl reward of the weights of the last step
     */
    public record Length(
            int moreThan,
            @Nullable Integer upTo,
            int questions,
            @Nullable Double beforeTraining,
            @Nullable Double afterWarmUp,
            @Nullable Double afterRl) {}

    /**
     * Figures of one phase.
     *
     * @param name name of the phase
     * @param steps number of gradient steps in the phase
     * @param heldOutReward held-out reward at the end of the phase; null if it was not measured
     * @param standardError standard error of the held-out reward
     * @param trainingReward mean training reward over the phase's steps
     * @param responseLength mean length of an answer in tokens over the phase's steps
     * @param assigned number of groups assigned in the phase
     * @param retrospective number of assigned groups whose prompt comes from an earlier phase
     * @param retrospectiveTrained number of these that were trained on
     * @param promptTokens number of prompt tokens of all assigned groups
     */
    public record PhaseReport(
            String name,
            long steps,
            @Nullable Double heldOutReward,
            @Nullable Double standardError,
            @Nullable Double trainingReward,
            @Nullable Double responseLength,
            long assigned,
            long retrospective,
            long retrospectiveTrained,
            long promptTokens) {}

    /**
     * Figures of the trained answers of one phase to prompts in one range of lengths, over all steps.
     *
     * @param phaseIndex index of the phase, from 0
     * @param moreThan lower bound of the prompt length in tokens, exclusive
     * @param upTo upper bound of the prompt length in tokens, inclusive
     * @param steps number of gradient steps with such answers
     * @param trajectories number of trained answers
     * @param reward mean reward of the answers
     * @param entropy mean entropy of the policy at a token, in nats
     * @param klToInitial mean KL divergence from the initial policy at a token, over the steps that measured it; null
     *     if none did
     * @param responseLength mean length of an answer in tokens
     */
    public record DynamicsPart(
            int phaseIndex,
            int moreThan,
            int upTo,
            long steps,
            int trajectories,
            double reward,
            double entropy,
            @Nullable Double klToInitial,
            double responseLength) {}

    /**
     * Means and maxima over the gradient steps of a run.
     *
     * @param rewardFirst mean training reward of the first tenth of the steps
     * @param rewardLast mean training reward of the last tenth of the steps
     * @param responseLengthFirst mean length of an answer in tokens, over the first tenth of the steps
     * @param responseLengthLast mean length of an answer in tokens, over the last tenth of the steps
     * @param staleness staleness of the trained tokens
     * @param mismatchKlMax largest KL divergence of a step between sampling and training log-probabilities, k3
     *     estimate, in nats
     * @param promptTokens number of prompt tokens read in training
     * @param completionTokens number of answer tokens trained on
     */
    public record TrainingReport(
            double rewardFirst,
            double rewardLast,
            double responseLengthFirst,
            double responseLengthLast,
            @JsonUnwrapped StalenessFigures staleness,
            double mismatchKlMax,
            long promptTokens,
            long completionTokens) {}

    /**
     * Staleness of the tokens that were trained on, beside its bound.
     *
     * @param stalenessMean mean staleness of a trained token, in gradient steps
     * @param stalenessMax largest staleness of a trained token, in gradient steps
     * @param maxStaleness bound on the staleness, {@code max-staleness} of the run
     */
    public record StalenessFigures(double stalenessMean, long stalenessMax, int maxStaleness) {}
}
