package dev.longstream.trainer.batch;

import dev.longstream.record.VersionRun;

import java.util.List;

/**
 * One answer with an advantage. C = its tokens, at least 1.
 *
 * @param sampleIndex index in the group
 * @param tokens int[C], the stop token included
 * @param behaviourLogProbs float[C], log μ(token | prefix), as sampled
 * @param versions policy versions of the tokens, in order; their token counts add up to C
 * @param advantage reward relative to the group's
 * @param reward reward as scored
 * @param truncated whether the length limit ended the answer
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record TrainingAnswer(
        int sampleIndex,
        int[] tokens,
        float[] behaviourLogProbs,
        List<VersionRun> versions,
        double advantage,
        double reward,
        boolean truncated) {
    public TrainingAnswer {
        versions = List.copyOf(versions);
    }
}
