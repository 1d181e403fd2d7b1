/**
 * Work queues on the log: a topic of one partition, shared by any number of workers through a share group.
 *
 * <p>Start at {@link dev.longstream.producers.queue.Leases}: what a worker took and did not finish goes to another.
 * {@link dev.longstream.producers.queue.QueueReader} decodes it, and writes {@code dead-letters} where that cannot be done.
 */
package dev.longstream.producers.queue;
