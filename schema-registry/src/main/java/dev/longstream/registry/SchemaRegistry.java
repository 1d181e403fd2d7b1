package dev.longstream.registry;

import dev.longstream.http.JsonServer;
import dev.longstream.http.ServerSettings;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;

/**
 * Schema registry on any Kafka cluster. Its whole state is in the topic {@code _schemas}. At most one instance writes;
 * starting a second one takes over from the first.
 */
public final class SchemaRegistry implements AutoCloseable {
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int THREADS = 4;
    private static final int MAX_BODY_BYTES = 16 << 20;

    private final SchemaLog log;
    private final JsonServer http;

    private SchemaRegistry(SchemaLog log, JsonServer http) {
        this.log = log;
        this.http = http;
    }

    /**
     * Starts a registry on a cluster without TLS or SASL: reads the registered schemas, then serves requests.
     *
     * @see #start(Map, String, int, short)
     */
    public static SchemaRegistry start(String bootstrapServers, String host, int port, short replicas) {
        return start(Map.of("bootstrap.servers", bootstrapServers), host, port, replicas);
    }

    /**
     * Starts a registry: reads the registered schemas, then serves requests.
     *
     * @param client settings of the Kafka clients: bootstrap.servers, and TLS or SASL settings if the cluster needs them
     * @param host name or address of the interface to listen on: 127.0.0.1 for this machine only, 0.0.0.0 for all
     * @param port port to listen on; 0 for any free port
     * @param replicas replication factor of the topic {@code _schemas}, if it has to be created; 0: 3, or the number of
     *     brokers if it is smaller
     * @throws SchemaRegistryException if no broker answers, the topic cannot be used, or the port is in use
     */
    public static SchemaRegistry start(Map<String, Object> client, String host, int port, short replicas) {
        RegistryState state = new RegistryState();
        SchemaLog log = SchemaLog.open(client, replicas, state::apply);
        try {
            RegistryRoutes routes = new RegistryRoutes(new Registry(state, log), log.clusterId());
            ServerSettings settings =
                    new ServerSettings(host, port, "schema-registry", THREADS, MAX_BODY_BYTES, CONTENT_TYPE);
            JsonServer http = JsonServer.listen(settings, RegistryError::ofServer, InstantSource.system());
            http.start(routes.table(), request -> {});
            return new SchemaRegistry(log, http);
        } catch (IOException e) {
            log.close();
            throw new SchemaRegistryException(
                    "the schema registry cannot listen on " + host + ":" + port + " (" + e.getMessage()
                            + "); choose another port with --registry-port",
                    e);
        }
    }

    /** Returns the port that the registry listens on. */
    public int port() {
        return http.port();
    }

    /** Returns the base URL for clients on this machine, e.g. {@code http://127.0.0.1:8081}. */
    public String url() {
        return http.url().toString();
    }

    @Override
    public void close() {
        http.close();
        log.close();
    }
}
