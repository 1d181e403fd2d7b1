package dev.longstream.runs.lineage;

import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;

import java.util.ArrayList;
import java.util.List;

/**
 * The completion tokens of an answer, C in number.
 *
 * @param count C
 * @param spans consecutive tokens of one policy version each, in order
 * @param meanLogProb mean of log μ(token | prefix), natural; 0 without tokens
 * @param minLogProb smallest log μ(token | prefix), natural; 0 without tokens
 */
public record TracedTokens(int count, List<VersionSpan> spans, double meanLogProb, double minLogProb) {

    /**
     * Consecutive tokens of an answer that one policy version sampled.
     *
     * @param version policy version
     * @param from index of the first token in the completion
     * @param tokens number of tokens
     */
    public record VersionSpan(long version, int from, int tokens) {}

    static TracedTokens of(Trajectory trajectory) {
        List<VersionSpan> spans = new ArrayList<>();
        int from = 0;
        for (VersionRun run : trajectory.getVersions()) {
            spans.add(new VersionSpan(run.getVersion(), from, run.getTokens()));
            from += run.getTokens();
        }
        double sum = 0;
        double min = 0;
        for (float logProb : trajectory.getBehaviourLogProbs()) {
            sum += logProb;
            min = Math.min(min, logProb);
        }
        int sampled = trajectory.getBehaviourLogProbs().size();
        return new TracedTokens(
                trajectory.getTokens().size(), List.copyOf(spans), sampled == 0 ? 0 : sum / sampled, min);
    }
}
