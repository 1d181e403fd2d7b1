package dev.longstream.log;

import java.util.Map;

/**
 * Addresses of a broker and a schema registry, and the settings of clients that connect to them.
 *
 * @param bootstrapServers Kafka's {@code bootstrap.servers}
 * @param registryUrl URL of the schema registry, e.g. {@code http://127.0.0.1:8081}
 * @param clientProperties properties of every Kafka client and of the registry client, e.g. TLS, SASL, quotas
 */
public record LogAddress(String bootstrapServers, String registryUrl, Map<String, String> clientProperties) {
    /** Copies the properties. */
    public LogAddress {
        clientProperties = Map.copyOf(clientProperties);
    }

    /** Creates an address without further client properties. */
    public LogAddress(String bootstrapServers, String registryUrl) {
        this(bootstrapServers, registryUrl, Map.of());
    }
}
