/**
 * A schema registry for Avro that stock Confluent clients and serializers talk to.
 *
 * <p>Reads and writes the compacted topic {@code _schemas}, in Confluent's own record layout; serves Confluent's REST
 * interface. From the outside in: {@link dev.longstream.registry.SchemaRegistry} starts and stops,
 * {@code HttpServing} and {@code RegistryRoutes} speak HTTP, {@code Registry} decides, {@code SchemaLog} keeps,
 * {@code RegistryState} is what has been kept so far. One instance writes; a second one takes over from the first.
 * Schema references, contexts other than the default one, JSON Schema and Protobuf are refused.
 */
package dev.longstream.registry;
