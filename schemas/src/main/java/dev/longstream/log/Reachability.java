package dev.longstream.log;

import dev.longstream.failure.DeniedException;
import dev.longstream.failure.WrongUseException;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** Checks that broker and registry answer, so that a wrong address is reported at once and in one sentence. */
public final class Reachability {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int CONNECT_MS = 2_000;
    private static final Set<Integer> REFUSALS = Set.of(401, 403);
    private static final Logger LOG = LoggerFactory.getLogger(Reachability.class);

    private Reachability() {}

    /**
     * Connects to broker and registry.
     *
     * @throws LogException if one does not answer, or a broker is too old; names it, its address and the option to check
     * @throws DeniedException if one refuses the credentials
     * @throws WrongUseException if no client can be created with the client properties
     */
    public static void require(LogAddress address) {
        requireBroker(address);
        requireRegistry(address);
    }

    private static void requireBroker(LogAddress address) {
        Map<String, Object> settings = new HashMap<>(address.clientProperties());
        settings.put("bootstrap.servers", address.bootstrapServers());
        settings.putIfAbsent("default.api.timeout.ms", (int) PATIENCE.toMillis());
        settings.putIfAbsent("request.timeout.ms", (int) PATIENCE.toMillis());
        try (Admin admin = Admin.create(settings)) {
            admin.describeCluster().clusterId().get();
            BrokerVersion.require(admin, address.bootstrapServers());
        } catch (ExecutionException e) {
            throw noBroker(address, e.getCause() == null ? e : e.getCause());
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (String.valueOf(cause.getMessage()).contains("bootstrap")) { // a name that cannot be resolved
                throw noBroker(address, cause);
            }
            throw new WrongUseException(
                    "A Kafka client cannot be created with the settings of log.properties and log.properties-file: "
                            + cause.getMessage(),
                    cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while waiting for the broker", e);
        }
    }

    /** Returns the exception for a broker that refuses the credentials, or the way in which they are presented. */
    public static DeniedException refused(String broker, Throwable refusal) {
        return new DeniedException(
                "The broker at " + broker + " refuses the credentials (" + refusal.getMessage()
                        + "); check security.protocol, sasl.mechanism and sasl.jaas.config, or ssl.truststore.location, in"
                        + " log.properties or in the file that log.properties-file names",
                refusal);
    }

    private static RuntimeException noBroker(LogAddress address, Throwable cause) {
        if (cause instanceof AuthenticationException) {
            return refused(address.bootstrapServers(), cause);
        }
        String protocol = address.clientProperties().getOrDefault("security.protocol", "PLAINTEXT");
        return new LogException(
                "No Kafka broker answers at " + address.bootstrapServers() + " (" + cause.getMessage() + "); "
                        + (somethingListens(address.bootstrapServers())
                                ? "something listens there, but not to clients with security.protocol=" + protocol
                                        + ": if this listener wants TLS or SASL, set log.properties-file, or"
                                        + " security.protocol, sasl.mechanism and sasl.jaas.config in log.properties"
                                : "is it running, and is the address right (--bootstrap)?"),
                cause);
    }

    /** Returns whether one of the addresses takes a connection: a broker does not answer who speaks another protocol. */
    private static boolean somethingListens(String bootstrapServers) {
        for (String server : bootstrapServers.split(",", -1)) {
            int colon = server.lastIndexOf(':');
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(
                                server.substring(0, colon).strip(),
                                Integer.parseInt(server.substring(colon + 1).strip())),
                        CONNECT_MS);
                return true;
            } catch (IOException | RuntimeException e) { // the latter for what is no address
                LOG.debug("{} takes no connection", server, e);
            }
        }
        return false;
    }

    /**
     * Connects to the registry.
     *
     * @throws LogException if it does not answer
     * @throws DeniedException if it refuses the credentials
     */
    public static void requireRegistry(LogAddress address) {
        Map<String, Object> settings = address.registrySettings();
        settings.put("max.retries", 0);
        try (SchemaRegistryClient registry = new CachedSchemaRegistryClient(address.registryUrl(), 1, settings)) {
            registry.getMode();
        } catch (IOException | RestClientException e) {
            if (e instanceof RestClientException answer && REFUSALS.contains(answer.getStatus())) {
                throw new DeniedException(
                        "The schema registry at " + address.registryUrl() + " refuses the credentials (HTTP "
                                + answer.getStatus() + "); set basic.auth.credentials.source=USER_INFO and"
                                + " basic.auth.user.info=USER:PASSWORD in log.properties-file",
                        e);
            }
            throw new LogException(
                    "No schema registry answers at " + address.registryUrl() + " (" + e.getMessage()
                            + "); is it running, and is the address right (--registry)?",
                    e);
        }
    }
}
