package dev.longstream.producers.rollouts;

import dev.longstream.config.Problems;
import dev.longstream.policy.sampling.OnNewWeights;
import dev.longstream.policy.sampling.SamplerLimits;

/**
 * Limits of the work that a rollout worker does at once.
 *
 * @param groupsAtOnce assignments that a worker holds at once, divided among {@code leases}
 * @param leases number of parts in which assignments are acquired: a part is acquired when the previous one is finished
 * @param rows answers decoded at once
 * @param chunkTokens tokens decoded between two checks for new weights and new assignments
 * @param cacheMebibytes KV cache of all rows and prompts, in MiB
 * @param documentCharacters characters of document text cached in memory, at up to 2 bytes each; the default is lowered to
 *     what fits in a quarter of Java's heap, and another value that does not fit is refused
 * @param onNewWeights what happens to the KV cache of unfinished answers when a new version arrives between two chunks:
 *     {@code keep} continues with the older weights' keys and values, {@code recompute} reads prompts and answers again; an
 *     engine elsewhere always recomputes
 * @param weights policy version that samples a group. {@code newest}: a newer version replaces the weights even in the middle
 *     of an answer, and a trained token is at most {@code max-staleness} steps old. {@code as-admitted}: the version under
 *     which the group was admitted samples all of its tokens. From step {@code max-staleness} on they are exactly that many
 *     steps old, unless rejected groups let later ones move up. A worker waits for the last answer of a version before it
 *     begins with the next, and {@code on-new-weights} has no effect
 */
public record RolloutConfig(
        int groupsAtOnce,
        int leases,
        int rows,
        int chunkTokens,
        int cacheMebibytes,
        long documentCharacters,
        OnNewWeights onNewWeights,
        SamplingVersion weights) {
    private static final long MEBIBYTE = 1L << 20;

    /** The default settings: 16 assignments in two parts, 128 rows, chunks of 16 tokens, 2 GiB of KV cache. */
    public static final RolloutConfig DEFAULT =
            new RolloutConfig(16, 2, 128, 16, 2048, 1L << 28, OnNewWeights.KEEP, SamplingVersion.NEWEST);

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

    /** Returns these limits with another cache of document text. */
    public RolloutConfig withDocumentCharacters(long characters) {
        return new RolloutConfig(
                groupsAtOnce, leases, rows, chunkTokens, cacheMebibytes, characters, onNewWeights, weights);
    }

    /** Returns how much a sampler with these settings does at once. */
    public SamplerLimits limits() {
        return new SamplerLimits(rows, chunkTokens, cacheMebibytes * MEBIBYTE);
    }
}
