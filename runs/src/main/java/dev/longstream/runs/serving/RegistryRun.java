package dev.longstream.runs.serving;

import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.http.ServerAccess;
import dev.longstream.log.Topics;
import dev.longstream.log.rights.Denials;
import dev.longstream.log.rights.RoleRights;
import dev.longstream.registry.RegistrySettings;
import dev.longstream.registry.SchemaRegistry;
import dev.longstream.registry.SchemaRegistryException;
import dev.longstream.runs.config.LogSection;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.process.Interruption;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Runs the schema registry in this process, for a broker that runs elsewhere. */
public final class RegistryRun {
    /** Rights of the registry are the same for every run. */
    private static final RoleRights ANY_RUN = new RoleRights(new Topics("any", 1), false, false);

    private RegistryRun() {}

    /**
     * Says where the registry listens and whom it answers.
     *
     * @param host address of the interface to listen on: 127.0.0.1 for this machine only, 0.0.0.0 for all
     * @param access files of the server
     * @param users file with a line {@code user:password} for each user; null: no password is needed
     * @param readOnly whether every write is refused; such a registry runs beside the one that writes
     */
    public record RegistryListener(String host, ListenerAccess access, @Nullable Path users, boolean readOnly) {}

    /**
     * Serves schemas until the process is interrupted.
     *
     * @param section addresses of broker and registry
     * @param listener how the registry listens
     * @param say receives messages for the user
     * @throws InterruptedRunException after Ctrl-C or SIGTERM; the method never returns
     */
    public static void serve(LogSection section, RegistryListener listener, Consumer<String> say)
            throws InterruptedException {
        String bootstrap = section.bootstrap();
        String registry = section.registry();
        if (bootstrap == null || registry == null) {
            throw new WrongUseException(
                    "The role registry needs --bootstrap (the broker that stores the schemas) and --registry (its own URL,"
                            + " as the other roles use it)");
        }
        Map<String, Object> client = new HashMap<>(section.clientProperties());
        client.put("bootstrap.servers", bootstrap);
        ServerAccess access = listener.access().withUsers(listener.users());
        if (!access.suffices(listener.host())) {
            throw new WrongUseException("--listen is " + listener.host()
                    + ", which others than this machine reach, and clients need no password; name those who may connect with"
                    + " --users-file, or allow everybody with --insecure-network");
        }
        RegistrySettings settings = new RegistrySettings(
                listener.host(), port(section, registry), replicas(section), access, listener.readOnly());
        CountDownLatch stopped = new CountDownLatch(1);
        try (Interruption interruption = Interruption.watch();
                SchemaRegistry serving = start(client, settings)) {
            interruption.stopsBy(stopped::countDown);
            say.accept("The schema registry listens on " + listener.host() + ":" + serving.port()
                    + (listener.readOnly() ? ", read-only, and follows the schemas on " : " and stores its schemas on ")
                    + bootstrap);
            stopped.await();
        }
        throw new InterruptedRunException("Interrupted; all schemas are saved in the topic _schemas");
    }

    /** Returns the replicas of {@code _schemas}; 0 lets the registry choose by the number of brokers. */
    private static short replicas(LogSection section) {
        Integer replicas = section.replicas();
        return replicas == null ? 0 : replicas.shortValue();
    }

    private static SchemaRegistry start(Map<String, Object> client, RegistrySettings settings) {
        try {
            return SchemaRegistry.start(client, settings);
        } catch (SchemaRegistryException e) {
            if (Denials.behind(e) != null) {
                throw Denials.explained(
                        e, String.valueOf(client.get("bootstrap.servers")), RoleRights.REGISTRY, ANY_RUN);
            }
            if (e.getCause() instanceof KafkaException) {
                throw new UnreachableException(String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    /** Returns {@code log.registry-port} if set, else the port in {@code log.registry}. */
    private static int port(LogSection section, String registry) {
        if (section.registryPort() != 0) {
            return section.registryPort();
        }
        int port = URI.create(registry).getPort();
        if (port < 0) {
            throw new WrongUseException("log.registry is " + registry
                    + ", which has no port; set the port to listen on with --registry-port");
        }
        return port;
    }
}
