package dev.longstream.runs.lineage;

import java.util.List;

/**
 * The groups of one gradient step.
 *
 * @param number number of the batch; training on it makes policy version {@code number + 1}
 * @param place place of the manifest in {@code batches}
 * @param phase phase of its first group
 * @param completionTokens completion tokens of all groups
 * @param groupIds ids of its groups, in the order of admission
 * @param groups its groups that are on the log, in the order of admission
 */
public record TracedBatch(
        long number,
        TracedPlace place,
        String phase,
        long completionTokens,
        List<String> groupIds,
        List<TracedGroup> groups) {}
