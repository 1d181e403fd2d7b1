package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.config.ConfigurationException;
import dev.longstream.config.Problems;
import dev.longstream.http.JsonServer;
import dev.longstream.http.RouteTable;
import dev.longstream.http.ServedListener.ServedRequest;
import dev.longstream.http.ServerLimits;
import dev.longstream.http.ServerSettings;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.folder.ModelConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Server of a policy on a port of this machine. It reports each request in one line. */
public final class PolicyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyServer.class);
    private static final int MIN_BODY_BYTES = 1 << 20;
    private static final int MAX_BODY_BYTES = 64 << 20;
    /** Room in a body for each position of the model: a token takes some 4 characters, or 8 as a number, and escapes take more. */
    private static final int BODY_BYTES_PER_POSITION = 64;

    private static final int MIN_CONNECTIONS = 1024;
    private static final Duration REQUEST_TIME = Duration.ofMinutes(1);
    /** Time beyond a request's own limit, for the last event. */
    private static final Duration LAST_EVENT_TIME = Duration.ofMinutes(1);

    private static final String HEALTH = "/health";
    private static final int OK = 200;
    /** Threads beyond one for each prompt. They refuse further prompts, list models and answer health checks. */
    private static final int SPARE_THREADS = 16;

    private static final int LAST_PRIVILEGED_PORT = 1023;
    private static final int CONNECT_MILLIS = 1000;

    private final JsonServer http;
    private final ServedPolicy policy;

    private PolicyServer(JsonServer http, ServedPolicy policy) {
        this.http = http;
        this.policy = policy;
    }

    /**
     * Loads a policy and serves it until it is closed.
     *
     * @param model model folder in Hugging Face's layout
     * @param said consumer of one line per request, called by several threads
     * @throws PolicyFolderException if the folder cannot be used
     * @throws PortInUseException if another program listens on the port
     * @throws ConfigurationException if this machine does not have the interface, the port may not be used, or others than this
     *     machine reach the interface and need no key
     */
    public static PolicyServer start(Path model, ServingConfig config, Consumer<String> said) {
        new Problems("serve")
                .require(
                        config.access().suffices(config.host()),
                        "host is %s, which others than this machine reach, and clients need no key; name one with"
                                + " --api-key-variable, or allow everybody with --insecure-network",
                        config.host())
                .throwIfAny();
        InstantSource clock = InstantSource.system();
        JsonServer http = listen(config, maxBodyBytes(ModelConfig.in(model).maxPositions()), clock);
        ServedPolicy policy;
        try {
            policy = ServedPolicy.open(model, config);
        } catch (RuntimeException e) {
            http.close();
            throw e;
        }
        SecureRandom random = new SecureRandom();
        RouteTable routes = new PolicyRoutes(
                        new Completions(policy, config, clock, random),
                        new TokenAnswers(policy, config, clock, random),
                        policy,
                        config.name(),
                        clock.instant().getEpochSecond())
                .table();
        if (config.acceptsWeights()) {
            new WeightRoutes(policy).addTo(routes);
        }
        http.start(routes, request -> said.accept(line(request)));
        return new PolicyServer(http, policy);
    }

    /** Returns the largest body in bytes for a model with this many positions. */
    static int maxBodyBytes(int positions) {
        long wanted = (long) positions * BODY_BYTES_PER_POSITION;
        return (int) Math.max(MIN_BODY_BYTES, Math.min(MAX_BODY_BYTES, wanted));
    }

    private static JsonServer listen(ServingConfig config, int maxBodyBytes, InstantSource clock) {
        ServerLimits limits = new ServerLimits(
                config.maxRequests() + SPARE_THREADS,
                config.maxRequests() + SPARE_THREADS,
                Math.max(MIN_CONNECTIONS, 2 * config.maxRequests()),
                maxBodyBytes,
                REQUEST_TIME,
                config.patience().plus(LAST_EVENT_TIME));
        ServerSettings settings = new ServerSettings(
                config.host(), config.port(), "serve", "application/json", Set.of(HEALTH), limits, config.access());
        try {
            return JsonServer.listen(settings, ApiError::ofServer, clock);
        } catch (IOException e) {
            if (isTaken(config)) {
                throw new PortInUseException(config.host(), config.port(), e);
            }
            throw new ConfigurationException(
                    List.of("serve cannot listen on " + config.host() + ":" + config.port() + ": " + e.getMessage()));
        }
    }

    /**
     * Returns whether the port is in use. The system's message depends on the locale, so this method tests the port:
     * the interface must have a free port, and this port must either need no privilege or accept connections.
     */
    private static boolean isTaken(ServingConfig config) {
        try (ServerSocket another = new ServerSocket(0, 1, InetAddress.getByName(config.host()))) {
            return config.port() > LAST_PRIVILEGED_PORT || answers(another.getInetAddress(), config.port());
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean answers(InetAddress host, int port) {
        InetAddress address = host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the base URL for clients, API version included, e.g. {@code http://127.0.0.1:8000/v1}. */
    public URI url() {
        return http.url().resolve("/v1");
    }

    /** Returns the failure that stopped the server; empty if it runs or was closed. */
    public Optional<Throwable> failure() {
        return policy.sampler().failure();
    }

    private static String line(ServedRequest request) {
        JsonNode usage = request.answer().path("usage");
        return String.format(
                Locale.ROOT,
                "%s %s %s %d, %d ms, %d prompt and %d completion tokens%s",
                request.began(),
                request.method(),
                request.path(),
                request.status(),
                request.millis(),
                usage.path("prompt_tokens").asInt(),
                usage.path("completion_tokens").asInt(),
                request.status() == OK ? "" : ": " + problem(request));
    }

    private static String problem(ServedRequest request) {
        JsonNode error = request.answer().path("error");
        return error.isMissingNode()
                ? "the client closed the connection"
                : error.path("message").asText();
    }

    /** Stops listening; requests in progress fail with status 503. */
    @Override
    public void close() {
        policy.sampler().close();
        if (http.stop()) {
            policy.close();
        } else {
            LOG.warn("A request is still being read; the policy stays in memory until the process ends");
        }
    }
}
