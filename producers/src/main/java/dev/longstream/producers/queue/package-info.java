/**
 * Work queues on the log: a topic with one partition, shared by any number of workers through a share group.
 *
 * <p>Start at {@link dev.longstream.producers.queue.Leases}. Records that a worker acquired and did not finish go to
 * another worker. {@link dev.longstream.producers.queue.QueueReader} decodes records and writes those it cannot decode
 * to {@code dead-letters}.
 */
package dev.longstream.producers.queue;
