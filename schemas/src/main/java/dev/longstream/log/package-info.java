/**
 * Defines the event log: its topics, their records, and the clients that read and write them.
 *
 * <p>Start at {@link dev.longstream.log.Topics}, the catalogue; {@link dev.longstream.log.EventLog} creates clients. A
 * process that works on the log is a {@link dev.longstream.log.Role}. Every record is Avro in Confluent's wire format
 * with a string key, so that standard Kafka tools can read it.
 */
package dev.longstream.log;
