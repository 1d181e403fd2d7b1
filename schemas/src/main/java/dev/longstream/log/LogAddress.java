package dev.longstream.log;

import java.util.Map;

/**
 * Where a broker and a schema registry are.
 *
 * @param bootstrapServers Kafka's {@code bootstrap.servers}
 * @param registryUrl schema registry, e.g. {@code http://127.0.0.1:8081}
 * @param clientProperties given to every Kafka client and to the registry client as they are: TLS, SASL, quotas
 */
public record LogAddress(String bootstrapServers, String registryUrl, Map<String, String> clientProperties) {
    public LogAddress {
        clientProperties = Map.copyOf(clientProperties);
    }

    public LogAddress(String bootstrapServers, String registryUrl) {
        this(bootstrapServers, registryUrl, Map.of());
    }
}
