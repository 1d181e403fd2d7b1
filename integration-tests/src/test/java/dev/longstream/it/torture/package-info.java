/**
 * Runs every role in a process of its own against a stock Kafka broker, with faults at random moments, and checks the log
 * afterwards. Start at {@link dev.longstream.it.torture.TortureTest}.
 */
package dev.longstream.it.torture;
