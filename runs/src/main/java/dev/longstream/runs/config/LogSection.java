package dev.longstream.runs.config;

import dev.longstream.config.ConfigurationException;
import dev.longstream.config.Problems;
import dev.longstream.log.Replication;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Location and size of the event log.
 *
 * @param partitions number of partitions of the topics that scale by partitions; fixed once a run has started. Default: 8
 *     with {@code bootstrap}, else 2
 * @param replicas replication factor of each topic; null: 3, or the number of brokers if it is smaller
 * @param minInSync number of replicas that must have a record before its write is acknowledged ({@code
 *     min.insync.replicas}); null: 2, or the number of replicas if it is smaller
 * @param bootstrap host:port of a broker, Kafka's {@code bootstrap.servers}; null starts a broker and a schema registry in this
 *     process
 * @param registry URL of the schema registry; required with {@code bootstrap}, else null
 * @param brokerPort port of the broker in this process; 0 uses the port of the last start if it is free, else any free port
 * @param registryPort port of the schema registry in this process; 0 uses the port of the last start if it is free, else any
 *     free port
 * @param properties further settings of every Kafka client and of the registry client, e.g. TLS, SASL and quotas; a
 *     value may refer to a secret as {@code ${file:PATH:KEY}}, as in every Kafka client with {@code config.providers}
 * @param propertiesFile Kafka's own file of client properties, which every Kafka client and the registry client use;
 *     {@code properties} win over it. Its values are never printed
 */
public record LogSection(
        int partitions,
        @Nullable Integer replicas,
        @Nullable Integer minInSync,
        @Nullable String bootstrap,
        @Nullable String registry,
        int brokerPort,
        int registryPort,
        Map<String, String> properties,
        @Nullable Path propertiesFile) {
    private static final String PROVIDERS = "config.providers";
    private static final int LAST_PORT = 65_535;

    /** Checks every setting and reports all faults in one exception. */
    public LogSection {
        properties = properties == null ? Map.of() : Map.copyOf(properties);
        new Problems("log")
                .require(partitions >= 1, "partitions is %d, must be at least 1", partitions)
                .require(
                        replicas == null || replicas >= 1,
                        "replicas is %s, must be at least 1",
                        String.valueOf(replicas))
                .require(
                        minInSync == null || minInSync >= 1,
                        "min-in-sync is %s, must be at least 1",
                        String.valueOf(minInSync))
                .require(
                        replicas == null || minInSync == null || minInSync <= replicas,
                        "min-in-sync is %s, must be at most log.replicas (%s): no record could be written",
                        String.valueOf(minInSync),
                        String.valueOf(replicas))
                .require(
                        (bootstrap == null) == (registry == null),
                        "bootstrap is %s and log.registry is %s: set both to use a cluster, or neither",
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
                        "registry-port is %d, which is also log.broker-port; the two must differ",
                        registryPort)
                .throwIfAny();
    }

    /**
     * Returns the settings of every client: those of {@code propertiesFile}, then {@code properties}. References to secrets are
     * replaced by what Kafka's configuration providers read.
     *
     * @throws ConfigurationException if the file or a reference cannot be read, or a value is the stand-in for a secret that
     *     was not written to {@code config.yaml}
     */
    public Map<String, String> clientProperties() {
        Map<String, String> all = new HashMap<>(readFile());
        all.putAll(properties);
        for (Map.Entry<String, String> property : all.entrySet()) {
            if (property.getValue().equals(ResolvedConfig.HIDDEN)) {
                throw new ConfigurationException(List.of("log.properties has no value of " + property.getKey()
                        + ": secrets are not written to config.yaml. Give it again with LONGSTREAM_LOG_PROPERTIES, or name a"
                        + " file with --set log.properties-file=FILE"));
            }
        }
        return all.containsKey(PROVIDERS) ? resolved(all) : Map.copyOf(all);
    }

    private Map<String, String> readFile() {
        if (propertiesFile == null) {
            return Map.of();
        }
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(propertiesFile)) {
            read.load(reader);
        } catch (IOException | IllegalArgumentException e) { // the latter for a malformed Unicode escape
            throw new ConfigurationException(
                    List.of("log.properties-file is " + propertiesFile + ", which cannot be read as client properties ("
                            + e.getClass().getSimpleName() + ")"));
        }
        Map<String, String> properties = new HashMap<>();
        read.stringPropertyNames().forEach(key -> properties.put(key, read.getProperty(key)));
        return properties;
    }

    private static Map<String, String> resolved(Map<String, String> properties) {
        try {
            Map<String, String> resolved = new HashMap<>();
            new AbstractConfig(new ConfigDef(), properties, false)
                    .originals()
                    .forEach((key, value) -> resolved.put(key, String.valueOf(value)));
            resolved.keySet().removeIf(key -> key.startsWith(PROVIDERS));
            return resolved;
        } catch (ConfigException e) {
            throw new ConfigurationException(List.of(
                    "log.properties refers to a value that cannot be read with " + PROVIDERS + ": " + e.getMessage()));
        }
    }

    /** Returns the number of copies of each topic's records. */
    public Replication replication() {
        return new Replication(replicas, minInSync);
    }
}
