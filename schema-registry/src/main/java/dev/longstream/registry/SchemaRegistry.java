package dev.longstream.registry;

import dev.longstream.http.JsonServer;
import dev.longstream.http.ServerAccess;
import dev.longstream.http.ServerLimits;
import dev.longstream.http.ServerSettings;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/**
 * Schema registry on any Kafka cluster. Its whole state is in the topic {@code _schemas}. At most one instance writes;
 * starting a second one takes over from the first. Any number of read-only ones may run beside it.
 */
public final class SchemaRegistry implements AutoCloseable {
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    /** Limits for clients of a registry: schemas are small, and a write may wait 40 s for its broker. */
    private static final ServerLimits LIMITS =
            new ServerLimits(64, 256, 1024, 1 << 20, Duration.ofSeconds(30), Duration.ofMinutes(5));

    private final Runnable closeLog;
    private final JsonServer http;

    private SchemaRegistry(Runnable closeLog, JsonServer http) {
        this.closeLog = closeLog;
        this.http = http;
    }

    /**
     * Starts a registry for this machine, without authentication, on a cluster without TLS or SASL.
     *
     * @see #start(Map, RegistrySettings)
     */
    public static SchemaRegistry start(String bootstrapServers, String host, int port, short replicas) {
        return start(Map.of("bootstrap.servers", bootstrapServers), host, port, replicas);
    }

    /**
     * Starts a registry for this machine, without authentication.
     *
     * @see #start(Map, RegistrySettings)
     */
    public static SchemaRegistry start(Map<String, Object> client, String host, int port, short replicas) {
        return start(client, new RegistrySettings(host, port, replicas, ServerAccess.THIS_MACHINE, false));
    }

    /**
     * Starts a registry: reads the registered schemas, then serves requests.
     *
     * @param client settings of the Kafka clients: bootstrap.servers, and TLS or SASL settings if the cluster needs them
     * @throws SchemaRegistryException if no broker answers, the topic cannot be used, or the port is in use
     */
    public static SchemaRegistry start(Map<String, Object> client, RegistrySettings settings) {
        SharedState state = new SharedState();
        if (settings.readOnly()) {
            SchemaFollower log = SchemaFollower.open(client, state);
            return serve(settings, state, log, log.clusterId(), log::close);
        }
        SchemaLog log = SchemaLog.open(client, settings.replicas(), state);
        return serve(settings, state, log, log.clusterId(), log::close);
    }

    private static SchemaRegistry serve(
            RegistrySettings settings, SharedState state, SchemaStore store, String clusterId, Runnable closeLog) {
        ServerSettings server = new ServerSettings(
                settings.host(),
                settings.port(),
                "schema-registry",
                CONTENT_TYPE,
                Set.of("/"), // for health checks; the answer is empty
                LIMITS,
                settings.access());
        try {
            JsonServer http = JsonServer.listen(server, RegistryError::ofServer, InstantSource.system());
            http.start(new RegistryRoutes(new Registry(state, store), clusterId).table(), request -> {});
            return new SchemaRegistry(closeLog, http);
        } catch (IOException e) {
            closeLog.run();
            throw new SchemaRegistryException(
                    "the schema registry cannot listen on " + settings.host() + ":" + settings.port() + " ("
                            + e.getMessage() + "); choose another port with --registry-port",
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
        closeLog.run();
    }
}
