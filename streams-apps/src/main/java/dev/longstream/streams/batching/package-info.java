/**
 * Puts groups into batches, strictly in the order in which their prompts were admitted.
 *
 * <p>Reads {@code groups}, {@code groups.rejected} and, for the first number of a fork's batches, {@code control}; writes {@code batches}, {@code dead-letters}; stores
 * {@code waiting-groups} (references, by ordinal) and {@code next-batch}. Start at
 * {@link dev.longstream.streams.batching.BatchingTopology}; the arithmetic is
 * {@link dev.longstream.streams.batching.StrictOrder}.
 *
 * <p>Batch n holds the groups of rank n·B to (n + 1)·B − 1 among those not rejected. It is emitted when each of them,
 * and each rejection between them, is known. So a manifest is a function of the log's content, no group is dropped, and
 * a long answer is trained on as often as a short one. The price is to wait for the slowest group. If a group never
 * arrives, because its record or one of its trajectories cannot be decoded, batching waits until it is published again.
 */
package dev.longstream.streams.batching;
