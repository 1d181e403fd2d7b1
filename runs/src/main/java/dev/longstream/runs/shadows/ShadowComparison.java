package dev.longstream.runs.shadows;

import dev.longstream.runs.report.JudgeReport;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Comparison of a shadow's reward with the reward that a run trains on, over the same answers.
 *
 * @param run name of the run
 * @param shadow name of the shadow
 * @param uncompared number of the run's groups that the shadow has not scored, or not completely
 * @param slices agreement on all answers, then by phase, task and input length
 * @param advantages difference of the advantages
 * @param batches difference of the batches
 * @param judge verdicts of the shadow's judge and their cost; null without a verdict
 */
public record ShadowComparison(
        String run,
        String shadow,
        long uncompared,
        List<AgreementSlice> slices,
        AdvantageChange advantages,
        BatchChange batches,
        @Nullable JudgeReport judge) {
    /** Copies the list. */
    public ShadowComparison {
        slices = List.copyOf(slices);
    }

    /**
     * Agreement on the groups of one part of the run.
     *
     * @param by division that the part belongs to: all, phase, task or input
     * @param name name of the part; of an input length its range in tokens
     * @param answers agreement on single answers
     * @param groups agreement on groups
     */
    public record AgreementSlice(String by, String name, AnswerAgreement answers, GroupAgreement groups) {}

    /**
     * Agreement on the answers to which both give a reward, and numbers of the others.
     *
     * @param compared number of answers with both rewards
     * @param equal number of these answers with equal rewards
     * @param share equal / compared; null without an answer
     * @param runMean mean of the run's rewards of these answers; null without one
     * @param shadowMean mean of the shadow's rewards of these answers; null without one
     * @param runHigher number of these answers that the run pays more
     * @param shadowHigher number of these answers that the shadow pays more
     * @param onlyRun number of answers with a reward of the run alone
     * @param onlyShadow number of answers with a reward of the shadow alone
     */
    public record AnswerAgreement(
            long compared,
            long equal,
            @Nullable Double share,
            @Nullable Double runMean,
            @Nullable Double shadowMean,
            long runHigher,
            long shadowHigher,
            long onlyRun,
            long onlyShadow) {}

    /**
     * Agreement on whether groups can be trained on. A rejected group has equal rewards, or fewer than two.
     *
     * @param compared number of groups
     * @param keptByBoth number of groups that both keep
     * @param keptByRun number of groups that the run keeps and the shadow would reject
     * @param keptByShadow number of groups that the run rejects and the shadow would keep
     * @param keptByNeither number of groups that both reject
     */
    public record GroupAgreement(
            long compared, long keptByBoth, long keptByRun, long keptByShadow, long keptByNeither) {}

    /**
     * Difference of the advantages of answers in groups that both keep.
     *
     * @param answers number of answers with both advantages
     * @param meanDifference mean of |A of the run − A of the shadow|; null without an answer
     * @param otherSign number of answers that one reinforces and the other weakens
     */
    public record AdvantageChange(long answers, @Nullable Double meanDifference, long otherSign) {}

    /**
     * Difference of the batches that both rewards make of the same answers.
     *
     * @param ofRun number of the run's batches
     * @param ofShadow number of batches that the shadow's groups would have filled
     * @param equal number of batches with the same groups under both
     * @param meanCosine mean over the run's batches of the cosine between both rewards' advantages of the batch's answers, where a
     *     group that the shadow would reject has advantages of 0; 1: the same direction; null without a batch that the shadow has
     *     scored
     * @param minCosine smallest of these cosines
     * @param minCosineBatch number of the batch with the smallest cosine
     */
    public record BatchChange(
            long ofRun,
            long ofShadow,
            long equal,
            @Nullable Double meanCosine,
            @Nullable Double minCosine,
            @Nullable Long minCosineBatch) {}
}
