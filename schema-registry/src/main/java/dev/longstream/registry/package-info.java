/**
 * Schema registry for Avro, compatible with Confluent's clients and serializers.
 *
 * <p>Reads and writes the compacted topic {@code _schemas} in Confluent's record layout and serves Confluent's REST interface.
 * Start at {@link dev.longstream.registry.SchemaRegistry}, which starts and stops the rest. {@code RegistryRoutes} maps HTTP
 * requests to {@code Registry}, which makes the decisions; {@code SchemaLog} writes them to the topic, and
 * {@code RegistryState} is the content of the topic in memory. Only one instance writes; a second one takes over from the
 * first. Schema references, contexts other than the default one, JSON Schema and Protobuf are refused.
 */
package dev.longstream.registry;
