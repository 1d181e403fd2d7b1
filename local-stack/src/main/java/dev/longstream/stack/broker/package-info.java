/**
 * Runs one Kafka broker, which is its own KRaft controller, inside this process, with its log in one folder.
 *
 * <p>Start at {@link dev.longstream.stack.broker.EmbeddedBroker}. {@code TransactionWatch} ends transactions that a killed
 * process left open.
 */
package dev.longstream.stack.broker;
