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
    private static final String REGISTRY_PREFIX = "schema.registry.";
    private static final String SSL_PREFIX = "ssl.";
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

    /**
     * Returns the settings of the registry client: all properties, with Kafka's {@code ssl.*} under the names that this client
     * reads. {@code schema.registry.ssl.*} replace them. A user and password in the address are sent. The registry's name must match
     * its certificate unless {@code ssl.endpoint.identification.algorithm} says otherwise.
     */
    public Map<String, Object> registrySettings() {
        Map<String, Object> settings = new HashMap<>(clientProperties);
        boolean own = clientProperties.keySet().stream().anyMatch(key -> key.startsWith(REGISTRY_PREFIX + SSL_PREFIX));
        if (!own && registryUrl.startsWith("https:")) {
            clientProperties.forEach((key, value) -> {
                if (key.startsWith(SSL_PREFIX)) {
                    settings.put(REGISTRY_PREFIX + key, value);
                }
            });
        }
        if (settings.keySet().stream().anyMatch(key -> key.startsWith(REGISTRY_PREFIX + SSL_PREFIX))) {
            settings.putIfAbsent(REGISTRY_PREFIX + SSL_PREFIX + "endpoint.identification.algorithm", "https");
        }
        return settings;
    }

    @Override
    public String toString() {
        return bootstrapServers + " and " + registryUrl; // a record would print the properties, passwords among them
    }
}
