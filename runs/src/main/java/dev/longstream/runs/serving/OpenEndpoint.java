package dev.longstream.runs.serving;

import dev.longstream.endpoints.PolicyServer;
import dev.longstream.endpoints.ServingConfig;
import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.runs.config.ModelEndpoint;
import dev.longstream.runs.config.ModelFolder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** An open model: the server that a section names, or a server in this process for the section's folder. */
public final class OpenEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenEndpoint.class);
    private static final long MEBIBYTE = 1L << 20;

    private final URI url;
    private final @Nullable String key;
    private final @Nullable PolicyServer served;

    private OpenEndpoint(URI url, @Nullable String key, @Nullable PolicyServer served) {
        this.url = url;
        this.key = key;
        this.served = served;
    }

    /**
     * Opens a model; starts a server if it is a folder.
     *
     * @param inFlight maximum number of concurrent requests
     * @param timeout time limit of a request
     * @param environment environment variables, among them the server's API key
     * @throws WrongUseException if the section names no model, or the variable with the key is not set
     * @throws dev.longstream.failure.UnusableInputException if the folder has no model
     */
    public static OpenEndpoint open(
            ModelEndpoint model, int inFlight, Duration timeout, Map<String, String> environment) {
        String url = model.url();
        if (url != null) {
            return new OpenEndpoint(URI.create(url), model.key(environment), null);
        }
        Path folder = model.folder();
        if (folder == null) {
            throw new WrongUseException(
                    "No model is configured: set " + model.section() + ".url or " + model.section() + ".folder");
        }
        SamplerLimits limits =
                new SamplerLimits(inFlight, SamplerLimits.DEFAULT.chunkTokens(), model.cacheMebibytes() * MEBIBYTE);
        ServingConfig config = new ServingConfig("127.0.0.1", 0, model.name(), limits, 2 * inFlight, timeout);
        PolicyServer server = PolicyServer.start(ModelFolder.of(folder), config, line -> LOG.info("{}", line));
        return new OpenEndpoint(server.url(), null, server);
    }

    /** Returns the base URL of the server. */
    public URI url() {
        return url;
    }

    /** Returns the API key of the server; null if none is sent. */
    public @Nullable String key() {
        return key;
    }

    /** Returns why the server in this process has failed; empty if it works or the model is elsewhere. */
    public Optional<Throwable> failure() {
        return served == null ? Optional.empty() : served.failure();
    }

    @Override
    public void close() {
        if (served != null) {
            served.close();
        }
    }
}
