package dev.longstream.runs.lineage;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One answer, token by token, with what it came from and where it went.
 *
 * @param answer the answer
 * @param sampled its tokens
 * @param member its place in its group; null: the group is not complete, or this answer repeats another one
 * @param path way of its group from the assignment to the step
 * @param prompt its prompt; null: not on the log
 * @param sampledBy policy versions that sampled its tokens, ascending
 * @param missing what is not on the log, with the reason, one line each
 */
public record AnswerLineage(
        TracedAnswer answer,
        SampledTokens sampled,
        TracedGroup.@Nullable TracedMember member,
        TracedPath path,
        @Nullable TracedPrompt prompt,
        List<TracedVersion> sampledBy,
        List<String> missing) {

    /**
     * Completion tokens of an answer; index i of each list belongs to token i.
     *
     * @param ids int[C], token ids
     * @param behaviourLogProbs float[C], natural log of μ(token | prefix) as sampled
     * @param policyLogProbs float[C], natural log of π(token | prefix) at temperature 1
     */
    public record SampledTokens(List<Integer> ids, List<Float> behaviourLogProbs, List<Float> policyLogProbs) {}
}
