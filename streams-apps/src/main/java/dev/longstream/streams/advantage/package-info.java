/**
 * From rewards to advantages: pure functions from numbers to numbers.
 *
 * <p>Start at {@link dev.longstream.streams.advantage.AdvantageConfig}. {@link dev.longstream.streams.advantage.GroupAdvantages} is what a
 * group's own rewards give, and grouping keeps it in {@code groups}; {@link dev.longstream.streams.advantage.BatchScale} is what only
 * a whole batch gives, and batching keeps it in {@code batches}. Knows neither Kafka, nor records, nor a clock.
 */
package dev.longstream.streams.advantage;
