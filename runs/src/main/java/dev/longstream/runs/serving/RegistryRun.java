package dev.longstream.runs.serving;

import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.registry.SchemaRegistry;
import dev.longstream.registry.SchemaRegistryException;
import dev.longstream.runs.config.LogSection;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.launch.Interruption;
import org.apache.kafka.common.KafkaException;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Runs the schema registry in this process, for a broker that runs elsewhere. */
public final class RegistryRun {
    private RegistryRun() {}

    /**
     * Serves schemas until the process is interrupted.
     *
     * @param section addresses of broker and registry
     * @param listen address of the interface to listen on: 127.0.0.1 for this machine only, 0.0.0.0 for all
     * @param say receives messages for the user
     * @throws InterruptedRunException after Ctrl-C or SIGTERM; the method never returns
     */
    public static void serve(LogSection section, String listen, Consumer<String> say) throws InterruptedException {
        String bootstrap = section.bootstrap();
        String registry = section.registry();
        if (bootstrap == null || registry == null) {
            throw new WrongUseException(
                    "The role registry needs --bootstrap (the broker that stores the schemas) and --registry (its own URL,"
                            + " as the other roles use it)");
        }
        Map<String, Object> client = new HashMap<>(section.properties());
        client.put("bootstrap.servers", bootstrap);
        CountDownLatch stopped = new CountDownLatch(1);
        try (Interruption interruption = Interruption.watch();
                SchemaRegistry serving = start(client, listen, port(section, registry), replicas(section))) {
            interruption.stopsBy(stopped::countDown);
            say.accept("The schema registry listens on " + listen + ":" + serving.port() + " and stores its schemas on "
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

    private static SchemaRegistry start(Map<String, Object> client, String listen, int port, short replicas) {
        try {
            return SchemaRegistry.start(client, listen, port, replicas);
        } catch (SchemaRegistryException e) {
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
