/**
 * What follows from the log: the stages curriculum, scoring, grouping and batching, each a Kafka Streams application under
 * exactly-once-v2.
 *
 * <p>Start at {@link dev.longstream.streams.Stages}, which gives them as roles. Each stage has a package of its own with a
 * topology that reads from top to bottom; none knows another, between them there is only a topic.
 */
package dev.longstream.streams;
