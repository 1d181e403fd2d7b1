package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * Where the event log is.
 *
 * @param partitions of the topics that scale by partitions; fixed once a run has begun
 * @param replicas of each topic; 1 on a single broker
 * @param bootstrap a broker's {@code bootstrap.servers}; null: a broker and a registry within this process
 * @param registry a schema registry's address; given if and only if bootstrap is
 * @param brokerPort of the broker within this process; 0: the one of last time if it is free, else any
 * @param registryPort of the registry within this process; 0 as for the broker
 * @param properties given to every Kafka client and to the registry client as they are: TLS, SASL, quotas
 */
public record LogSection(
        int partitions,
        int replicas,
        @Nullable String bootstrap,
        @Nullable String registry,
        int brokerPort,
        int registryPort,
        Map<String, String> properties) {
    private static final int LAST_PORT = 65_535;

    public LogSection {
        properties = properties == null ? Map.of() : Map.copyOf(properties);
        new Problems("log")
                .require(partitions >= 1, "partitions is %d, must be at least 1", partitions)
                .require(replicas >= 1, "replicas is %d, must be at least 1", replicas)
                .require(
                        (bootstrap == null) == (registry == null),
                        "bootstrap is %s and log.registry is %s: give both to use a cluster, or neither",
                        String.valueOf(bootstrap),
                        String.valueOf(registry))
                .require(
                        brokerPort >= 0 && brokerPort <= LAST_PORT,
                        "broker-port is %d, must be 0 (any) to %d",
                        brokerPort,
                        LAST_PORT)
                .require(
                        registryPort >= 0 && registryPort <= LAST_PORT,
                        "registry-port is %d, must be 0 (any) to %d",
                        registryPort,
                        LAST_PORT)
                .require(
                        brokerPort == 0 || brokerPort != registryPort,
                        "registry-port is %d, the broker's too",
                        registryPort)
                .throwIfAny();
    }
}
