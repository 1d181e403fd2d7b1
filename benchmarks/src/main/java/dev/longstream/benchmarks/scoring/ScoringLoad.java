package dev.longstream.benchmarks.scoring;

import dev.longstream.config.Problems;

/**
 * Size of the benchmark of scoring.
 *
 * @param groups groups that each round carries from trajectories to batches
 * @param groupSize G, trajectories of a group
 * @param minTokens shortest answer in tokens
 * @param maxTokens longest answer in tokens; the logarithm of the length is uniform
 * @param partitions partitions of the topics
 * @param rounds timed rounds; the median is reported
 * @param recordsPerSecond trajectories a second while latency is measured
 * @param seconds time for which latency is measured
 */
public record ScoringLoad(
        int groups,
        int groupSize,
        int minTokens,
        int maxTokens,
        int partitions,
        int rounds,
        int recordsPerSecond,
        int seconds) {
    /** Groups in a batch while throughput is measured. */
    static final int BATCH = 8;

    /** Checks every number. */
    public ScoringLoad {
        new Problems("bench scoring")
                .require(
                        groups >= BATCH && groups % BATCH == 0,
                        "--groups is %d, must be a multiple of %d, the groups of a batch",
                        groups,
                        BATCH)
                .require(groupSize >= 2, "--answers is %d, must be at least 2", groupSize)
                .require(
                        minTokens >= 1 && maxTokens >= minTokens,
                        "--tokens is %d to %d, must be at least 1 and ascending",
                        minTokens,
                        maxTokens)
                .require(partitions >= 1, "--partitions is %d, must be at least 1", partitions)
                .require(rounds >= 1, "--repeat is %d, must be at least 1", rounds)
                .require(
                        recordsPerSecond >= groupSize,
                        "--load is %d records a second, must be at least %d, the answers of a group",
                        recordsPerSecond,
                        groupSize)
                .require(seconds >= 1, "--seconds is %d, must be at least 1", seconds)
                .throwIfAny();
    }

    int records() {
        return groups * groupSize;
    }
}
