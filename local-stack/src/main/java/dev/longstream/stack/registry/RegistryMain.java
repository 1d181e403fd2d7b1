package dev.longstream.stack.registry;

import dev.longstream.stack.failure.StackException;

import java.util.concurrent.CountDownLatch;

/** The schema registry as a process of its own, beside a broker that runs elsewhere. Ends with SIGTERM or Ctrl-C. */
public final class RegistryMain {
    private RegistryMain() {}

    /** @param arguments bootstrap servers, interface to listen on, port, replicas of the topic {@code _schemas} */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 4 || !arguments[2].matches("\\d{1,5}") || !arguments[3].matches("\\d{1,3}")) {
            System.err.println(
                    "usage: RegistryMain BOOTSTRAP HOST PORT REPLICAS, e.g. broker:9092 0.0.0.0 8081 1; found: "
                            + String.join(" ", arguments));
            System.exit(2);
        }
        try {
            SchemaRegistry registry = SchemaRegistry.start(
                    arguments[0], arguments[1], Integer.parseInt(arguments[2]), Short.parseShort(arguments[3]));
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                registry.close();
                                stopped.countDown();
                            },
                            "stop-registry"));
            System.err.println("schema registry on " + arguments[1] + ":" + registry.port());
            stopped.await();
        } catch (StackException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
