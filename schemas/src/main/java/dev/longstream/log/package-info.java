/**
 * The event log as the code sees it: which topics there are, what is in them, and how to reach them.
 *
 * <p>Start at {@link dev.longstream.log.Topics}, the catalogue; {@link dev.longstream.log.EventLog} gives clients for it.
 * What works on it is a {@link dev.longstream.log.Role}.
 * Every record is Avro in Confluent's wire format with a string key, so stock Kafka tools read all of it.
 */
package dev.longstream.log;
