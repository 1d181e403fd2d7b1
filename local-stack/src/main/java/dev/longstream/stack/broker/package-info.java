/**
 * One Kafka broker that is its own controller, in this process. Keeps its log in one folder. Start at
 * {@link dev.longstream.stack.broker.EmbeddedBroker}. {@link dev.longstream.stack.broker.TransactionWatch} ends what nobody else would.
 */
package dev.longstream.stack.broker;
