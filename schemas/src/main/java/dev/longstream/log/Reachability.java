package dev.longstream.log;

import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** Checks that broker and registry answer, so that a wrong address is reported at once and in one sentence. */
public final class Reachability {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private Reachability() {}

    /**
     * Connects to broker and registry.
     *
     * @throws LogException if one does not answer, or a broker is too old; names it, its address and the option to check
     */
    public static void require(LogAddress address) {
        requireBroker(address);
        requireRegistry(address);
    }

    private static void requireBroker(LogAddress address) {
        Map<String, Object> settings = new HashMap<>(address.clientProperties());
        settings.put("bootstrap.servers", address.bootstrapServers());
        settings.put("default.api.timeout.ms", (int) PATIENCE.toMillis());
        settings.put("request.timeout.ms", (int) PATIENCE.toMillis());
        try (Admin admin = Admin.create(settings)) {
            admin.describeCluster().clusterId().get();
            BrokerVersion.require(admin, address.bootstrapServers());
        } catch (ExecutionException e) {
            throw noBroker(address, e.getCause() == null ? e : e.getCause());
        } catch (KafkaException e) { // e.g. a name that cannot be resolved
            throw noBroker(address, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while waiting for the broker", e);
        }
    }

    private static LogException noBroker(LogAddress address, Throwable cause) {
        return new LogException(
                "No Kafka broker answers at " + address.bootstrapServers() + " (" + cause.getMessage()
                        + "); is it running, and is the address right (--bootstrap)?",
                cause);
    }

    private static void requireRegistry(LogAddress address) {
        Map<String, Object> settings = new HashMap<>(address.clientProperties());
        settings.put("max.retries", 0);
        try (SchemaRegistryClient registry = new CachedSchemaRegistryClient(address.registryUrl(), 1, settings)) {
            registry.getMode();
        } catch (IOException | RestClientException e) {
            throw new LogException(
                    "No schema registry answers at " + address.registryUrl() + " (" + e.getMessage()
                            + "); is it running, and is the address right (--registry)?",
                    e);
        }
    }
}
