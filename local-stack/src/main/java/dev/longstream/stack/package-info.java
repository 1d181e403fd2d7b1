/**
 * A Kafka broker and a schema registry in this process, on a folder that survives restarts and {@code kill -9}.
 *
 * <p>Reads and writes one folder: {@code kafka/} is the broker's log, {@code stack.lock} says who holds the folder,
 * {@code stack.json} says where the broker and the registry can be reached. Listens on the loopback interface only.
 * Start at {@link dev.longstream.stack.LocalStack}.
 */
package dev.longstream.stack;
