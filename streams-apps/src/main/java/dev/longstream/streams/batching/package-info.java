/**
 * Puts groups into batches, in the order in which their prompts were admitted and in no other.
 *
 * <p>Reads {@code groups} and {@code groups.rejected}; writes {@code batches}, {@code dead-letters}; keeps
 * {@code waiting-groups} (references, by ordinal) and {@code next-batch}. Start at
 * {@link dev.longstream.streams.batching.BatchingTopology}; the arithmetic is
 * {@link dev.longstream.streams.batching.StrictOrder}.
 *
 * <p>Batch n holds the groups of rank n·B to (n + 1)·B − 1 among those not rejected. It is emitted when each of them, and
 * each rejection between them, is known: so a manifest is a function of the log's content, nothing is dropped, and a long
 * answer is trained as often as a short one. The price is to wait for the slowest. A group that never comes, because its
 * record or one of its trajectories cannot be decoded, is waited for until it is published again.
 */
package dev.longstream.streams.batching;
