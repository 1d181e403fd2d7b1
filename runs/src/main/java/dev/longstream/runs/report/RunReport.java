package dev.longstream.runs.report;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What came of a run, as {@code report.json} holds it.
 *
 * @param run name
 * @param seed of the run
 * @param steps gradient steps that were made
 * @param warmUp the supervised training before; null where there was none
 * @param heldOut reward on questions that were never trained on
 * @param phases of the curriculum, in order
 * @param training what the gradient steps say
 * @param dynamics the same by phase and input length
 * @param ledger what became of every trajectory
 * @param judge what the judge said and what it cost
 * @param wallSeconds while the run's process was up, restarts included
 * @param peakMemoryBytes largest resident memory of the process; 0 where the system does not say
 * @param configDigest SHA-256 of the resolved configuration
 * @param model folder of the trained policy, in Hugging Face's layout
 * @param replayOf run whose answers were trained on; null: its own
 * @param behaviours how its answers reason; null: nobody has counted
 */
public record RunReport(
        String run,
        long seed,
        long steps,
        @Nullable WarmUpReport warmUp,
        HeldOut heldOut,
        List<PhaseReport> phases,
        TrainingReport training,
        List<DynamicsPart> dynamics,
        LedgerReport ledger,
        JudgeReport judge,
        double wallSeconds,
        long peakMemoryBytes,
        String configDigest,
        @Nullable String model,
        @Nullable String replayOf,
        @Nullable BehaviourReport behaviours) {

    /** The same with what was counted after the run. */
    public RunReport with(BehaviourReport counted) {
        return new RunReport(
                run,
                seed,
                steps,
                warmUp,
                heldOut,
                phases,
                training,
                dynamics,
                ledger,
                judge,
                wallSeconds,
                peakMemoryBytes,
                configDigest,
                model,
                replayOf,
                counted);
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
