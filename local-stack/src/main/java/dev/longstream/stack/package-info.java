/**
 * Runs a Kafka broker and a schema registry inside this process, on a folder that survives restarts and {@code kill -9}.
 *
 * <p>Reads and writes one folder: {@code kafka/} is the broker's log, {@code stack.lock} contains the process id of the owner,
 * {@code stack.json} contains the addresses of broker and registry and the broker's password, {@code client.properties} the
 * settings for Kafka's command line tools. Listens on the loopback interface only. Start at
 * {@link dev.longstream.stack.LocalStack}.
 */
package dev.longstream.stack;
