/**
 * Computes advantages from rewards: pure functions from numbers to numbers.
 *
 * <p>Start at {@link dev.longstream.streams.advantage.AdvantageConfig}.
 * {@link dev.longstream.streams.advantage.GroupAdvantages} follows from one group's rewards, and grouping writes it to
 * {@code groups}; {@link dev.longstream.streams.advantage.BatchScale} needs a whole batch, and batching writes it to
 * {@code batches}. Uses neither Kafka, nor records, nor a clock.
 */
package dev.longstream.streams.advantage;
