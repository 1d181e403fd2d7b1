/**
 * Work queues on the log: a topic of one partition, shared by any number of workers through a share group.
 *
 * <p>Start at {@link dev.longstream.producers.queue.Leases}. What a worker took and did not finish goes to another.
 */
package dev.longstream.producers.queue;
