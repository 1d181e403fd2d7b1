package dev.longstream.runs.report;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What came of a run, as {@code report.json} holds it.
 *
 * @param identity which run it is
 * @param learning what the gradient steps say
 * @param heldOut reward on questions that were never trained on
 * @param ledger what became of every trajectory
 * @param judge what the judge said and what it cost
 * @param cost time and memory
 * @param behaviours how its answers reason; null: nobody has counted
 */
public record RunReport(
        @JsonUnwrapped ReportedRun identity,
        @JsonUnwrapped LearningFigures learning,
        HeldOut heldOut,
        LedgerReport ledger,
        JudgeReport judge,
        @JsonUnwrapped RunCost cost,
        @Nullable BehaviourReport behaviours) {

    /**
     * Which run a report is about.
     *
     * @param run name
     * @param seed of the run
     * @param configDigest SHA-256 of the resolved configuration
     * @param model folder of the trained policy, in Hugging Face's layout
     * @param replayOf run whose answers were trained on; null: its own
     */
    public record ReportedRun(
            String run, long seed, String configDigest, @Nullable String model, @Nullable String replayOf) {}

    /**
     * What the gradient steps say.
     *
     * @param steps gradient steps that were made
     * @param warmUp the supervised training before; null where there was none
     * @param phases of the curriculum, in order
     * @param training means over the steps
     * @param dynamics figures by phase and input length
     */
    public record LearningFigures(
            long steps,
            @Nullable WarmUpReport warmUp,
            List<PhaseReport> phases,
            TrainingReport training,
            List<DynamicsPart> dynamics) {}

    /**
     * Time and memory of a run.
     *
     * @param wallSeconds while the run's process was up, restarts included
     * @param peakMemoryBytes largest resident memory of the process; 0 where the system does not say
     */
    public record RunCost(double wallSeconds, long peakMemoryBytes) {}

    /** This report with what was counted after the run. */
    public RunReport with(BehaviourReport counted) {
        return new RunReport(identity, learning, heldOut, ledger, judge, cost, counted);
    }

    /**
     * Mean rewards of the three stations of a run; null where one was not measured.
     *
     * @param questions in the set
     * @param beforeTraining the weights the run was given
     * @param afterWarmUp the weights reinforcement learning began with
     * @param afterRl the weights of the last step
     * @param standardError of afterRl, over questions
     * @param standardErrors of all three
     * @param byLength all three by input length
     */
    public record HeldOut(
            int questions,
            @Nullable Double beforeTraining,
            @Nullable Double afterWarmUp,
            @Nullable Double afterRl,
            @Nullable Double standardError,
            Stations standardErrors,
            List<Length> byLength) {}

    /** One number a station; null where it was not measured. */
    public record Stations(@Nullable Double beforeTraining, @Nullable Double afterWarmUp, @Nullable Double afterRl) {}

    /**
     * Held-out reward of the questions whose inputs are within a range.
     *
     * @param moreThan tokens, exclusive
     * @param upTo tokens, inclusive; null: no bound
     */
    public record Length(
            int moreThan,
            @Nullable Integer upTo,
            int questions,
            @Nullable Double beforeTraining,
            @Nullable Double afterWarmUp,
            @Nullable Double afterRl) {}

    /**
     * One phase.
     *
     * @param steps gradient steps made in it
     * @param heldOutReward at its end; null where it was not measured
     * @param standardError of it
     * @param trainingReward mean over its steps
     * @param responseLength mean tokens over its steps
     * @param assigned groups assigned in it
     * @param retrospective those of them whose prompt was drawn from earlier phases
     * @param retrospectiveTrained those of them that were trained on
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
            long retrospectiveTrained) {}

    /**
     * The answers of one phase to inputs of one range of lengths, over all steps.
     *
     * @param moreThan prompt tokens, exclusive
     * @param upTo prompt tokens, inclusive
     * @param steps gradient steps that had such answers
     * @param trajectories trained on
     * @param reward mean over them
     * @param entropy token mean
     * @param klToInitial token mean over the steps that measured it; null: none did
     * @param responseLength mean tokens
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
     * What the gradient steps say.
     *
     * @param rewardFirst mean training reward of the first tenth of the steps
     * @param rewardLast of the last tenth
     * @param responseLengthFirst mean tokens of the first tenth
     * @param responseLengthLast of the last tenth
     * @param stalenessMean token mean over all steps, in gradient steps
     * @param stalenessMax the largest
     * @param mismatchKlMax largest difference between sampling and training log-probabilities, k3 estimate
     * @param promptTokens read in training
     * @param completionTokens trained on
     */
    public record TrainingReport(
            double rewardFirst,
            double rewardLast,
            double responseLengthFirst,
            double responseLengthLast,
            double stalenessMean,
            long stalenessMax,
            double mismatchKlMax,
            long promptTokens,
            long completionTokens) {}
}
