package dev.longstream.runs.serving;

import dev.longstream.endpoints.PolicyServer;
import dev.longstream.endpoints.ServingConfig;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.failure.RoleFailedException;
import dev.longstream.runs.process.Interruption;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Serves a policy over OpenAI's API until the process is interrupted. */
public final class Serving {
    private static final long CHECK_INTERVAL_MS = 500;

    private Serving() {}

    /**
     * Serves a model folder until the process is interrupted or the sampler fails.
     *
     * @param model model folder
     * @param config address and limits of the server
     * @param access files of the server
     * @param apiKey key that clients must send; null: none
     * @param started receives the base URL once the server accepts requests
     * @param requestLog receives one line per request
     * @throws RoleFailedException if the sampler fails
     * @throws InterruptedRunException after Ctrl-C or SIGTERM; the method never returns
     */
    public static void serve(
            Path model,
            ServingConfig config,
            ListenerAccess access,
            @Nullable String apiKey,
            Consumer<URI> started,
            Consumer<String> requestLog)
            throws InterruptedException {
        ServingConfig checked = config.withAccess(access.withKey(apiKey));
        CountDownLatch stopped = new CountDownLatch(1);
        try (Interruption interruption = Interruption.watch();
                PolicyServer server = PolicyServer.start(model, checked, requestLog)) {
            interruption.stopsBy(stopped::countDown);
            started.accept(server.url());
            while (!stopped.await(CHECK_INTERVAL_MS, TimeUnit.MILLISECONDS)) {
                server.failure().ifPresent(cause -> {
                    throw new RoleFailedException("The sampler stopped: " + cause.getMessage(), cause);
                });
            }
        }
        throw new InterruptedRunException("Interrupted; the server has stopped");
    }
}
