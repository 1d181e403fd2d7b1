package dev.longstream.producers.rollouts;

import dev.longstream.config.Problems;
import dev.longstream.policy.sampling.OnNewWeights;

/**
 * How much a rollout worker does at once.
 *
 * @param groupsAtOnce assignments a worker holds at once, in {@code leases} parts
 * @param leases parts in which it takes them: a part is taken when the part before it is finished
 * @param rows answers decoded at once
 * @param chunkTokens tokens decoded between two looks at new weights and new assignments
 * @param cacheMebibytes budget of keys and values, over all rows and prompts
 * @param documentCharacters characters of document text kept in memory
 * @param onNewWeights what becomes of keys and values of unfinished answers when a new version is taken over between two chunks: {@code keep}
 *     goes on from what the older weights computed, {@code recompute} reads prompts and answers again first
 */
public record RolloutConfig(
        int groupsAtOnce,
        int leases,
        int rows,
        int chunkTokens,
        int cacheMebibytes,
        long documentCharacters,
        OnNewWeights onNewWeights) {
    public static final RolloutConfig DEFAULT = new RolloutConfig(16, 2, 128, 16, 2048, 1L << 28, OnNewWeights.KEEP);

    public RolloutConfig {
        new Problems("rollouts")
                .require(leases >= 1, "leases is %d, must be at least 1", leases)
                .require(
                        groupsAtOnce >= leases,
                        "groups-at-once is %d, must be at least the number of leases (%d)",
                        groupsAtOnce,
                        leases)
                .require(rows >= 1, "rows is %d, must be at least 1", rows)
                .require(chunkTokens >= 1, "chunk-tokens is %d, must be at least 1", chunkTokens)
                .require(cacheMebibytes >= 1, "cache-mebibytes is %d, must be at least 1", cacheMebibytes)
                .require(documentCharacters >= 0, "document-characters is %d, must not be negative", documentCharacters)
                .throwIfAny();
    }
}
