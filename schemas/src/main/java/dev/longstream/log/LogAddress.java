package dev.longstream.log;

import dev.longstream.config.PrintableAddress;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Addresses of a broker and a schema registry, and the settings of clients that connect to them.
 *
 * @param bootstrapServers Kafka's {@code bootstrap.servers}
 * @param registryUrl URL of the schema registry, e.g. {@code http://127.0.0.1:8081}; a user name and password in it become
 *     client properties, so that no message prints them
 * @param clientProperties properties of every Kafka client and of the registry client, e.g. TLS, SASL, quotas
 */
public record LogAddress(String bootstrapServers, String registryUrl, Map<String, String> clientProperties) {
    private static final String CREDENTIALS_SOURCE = "basic.auth.credentials.source";

    /** Copies the properties. */
    public LogAddress {
        Map<String, String> properties = new HashMap<>(clientProperties);
        Optional<String> user = PrintableAddress.userInfo(registryUrl);
        if (user.isPresent() && properties.putIfAbsent(CREDENTIALS_SOURCE, "USER_INFO") == null) {
            properties.put("basic.auth.user.info", user.get());
        }
        registryUrl = PrintableAddress.of(registryUrl);
        clientProperties = Map.copyOf(properties);
    }

    /** Creates an address without further client properties. */
    public LogAddress(String bootstrapServers, String registryUrl) {
        this(bootstrapServers, registryUrl, Map.of());
    }

    @Override
    public String toString() {
        return bootstrapServers + " and " + registryUrl; // a record would print the properties, passwords among them
    }
}
