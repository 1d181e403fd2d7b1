/**
 * The stages curriculum, scoring, grouping and batching, each a Kafka Streams application under exactly-once-v2.
 *
 * <p>Start at {@link dev.longstream.streams.Stages}, which creates them as roles. Each stage has a package of its own
 * with a topology that reads from top to bottom. No stage uses another's classes; they exchange records on topics only.
 */
package dev.longstream.streams;
