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

/** The schema registry in this process, beside a broker that runs elsewhere. */
public final class RegistryRun {
    private RegistryRun() {}

    /**
     * Serves until it is interrupted.
     *
     * @param listen interface: 127.0.0.1 for this machine alone, 0.0.0.0 for all
     * @param say where to tell what happens
     */
    public static void serve(LogSection section, String listen, Consumer<String> say) throws InterruptedException {
        String bootstrap = section.bootstrap();
        String registry = section.registry();
        if (bootstrap == null || registry == null) {
            throw new WrongUseException(
                    "The role registry needs --bootstrap (where it keeps the schemas) and --registry (its own address, as"
                            + " the others will call it)");
        }
        Map<String, Object> client = new HashMap<>(section.properties());
        client.put("bootstrap.servers", bootstrap);
        CountDownLatch stopped = new CountDownLatch(1);
        try (Interruption interruption = Interruption.watch();
                SchemaRegistry serving = start(client, listen, port(section, registry), (short) section.replicas())) {
            interruption.stopsBy(stopped::countDown);
            say.accept("The schema registry listens on " + listen + ":" + serving.port() + " and keeps its schemas on "
                    + bootstrap);
            stopped.await();
        }
        throw new InterruptedRunException("Interrupted; the schemas are in the topic _schemas");
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

    /** The port that was asked for, else the one that the others will call. */
    private static int port(LogSection section, String registry) {
        if (section.registryPort() != 0) {
            return section.registryPort();
        }
        int port = URI.create(registry).getPort();
        if (port < 0) {
            throw new WrongUseException("log.registry is " + registry
                    + ", which names no port; give the port to listen on with" + " --registry-port");
        }
        return port;
    }
}
