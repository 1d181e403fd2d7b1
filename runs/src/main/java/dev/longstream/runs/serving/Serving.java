package dev.longstream.runs.serving;

import dev.longstream.endpoints.PolicyServer;
import dev.longstream.endpoints.ServingConfig;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.failure.RoleFailedException;
import dev.longstream.runs.launch.Interruption;

import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A policy on a port, for as long as the process lives. */
public final class Serving {
    private static final long LOOK_EVERY_MS = 500;

    private Serving() {}

    /**
     * Serves until it is interrupted or the sampler fails.
     *
     * @param started told the address once requests are taken
     * @param said told one line about each request
     * @throws RoleFailedException if the sampler fails
     * @throws InterruptedRunException after Ctrl-C or SIGTERM; the method never returns
     */
    public static void serve(Path model, ServingConfig config, Consumer<URI> started, Consumer<String> said)
            throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        try (Interruption interruption = Interruption.watch();
                PolicyServer server = PolicyServer.start(model, config, said)) {
            interruption.stopsBy(stopped::countDown);
            started.accept(server.url());
            while (!stopped.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) {
                server.failure().ifPresent(cause -> {
                    throw new RoleFailedException("The sampler stopped: " + cause.getMessage(), cause);
                });
            }
        }
        throw new InterruptedRunException("Interrupted; nothing is served any more");
    }
}
