package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.longstream.config.ConfigurationException;
import dev.longstream.policy.file.PolicyFolderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A policy on a port of this machine. Takes requests until it is closed, and tells one line about each. */
public final class PolicyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyServer.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_BODY = 64 << 20;
    private static final int OK = 200;
    private static final int BACKLOG = 1024;
    private static final int LAST_PRIVILEGED_PORT = 1023;
    private static final int CONNECT_MILLIS = 1000;
    private static final int LAST_WORDS_SECONDS = 1;
    private static final int LAST_REQUESTS_SECONDS = 10;

    static {
        // The JDK's server writes headers and body apart; without this every answer waits for a delayed
        // acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final ServedPolicy policy;
    private final ServingConfig config;

    private PolicyServer(HttpServer server, ExecutorService threads, ServedPolicy policy, ServingConfig config) {
        this.server = server;
        this.threads = threads;
        this.policy = policy;
        this.config = config;
    }

    /**
     * @param model a folder in Hugging Face's layout
     * @param said told one line about each request, by several threads
     * @throws PolicyFolderException when the folder cannot be used
     * @throws PortInUseException when another program listens on the port
     * @throws ConfigurationException when the interface is not this machine's, or the port may not be used
     */
    public static PolicyServer start(Path model, ServingConfig config, Consumer<String> said) {
        InstantSource clock = InstantSource.system();
        HttpServer server = listen(config);
        ServedPolicy policy;
        try {
            policy = ServedPolicy.open(model, config);
        } catch (RuntimeException e) {
            server.stop(0);
            throw e;
        }
        Completions completions = new Completions(policy, config, clock, new SecureRandom());
        PolicyRoutes routes = new PolicyRoutes(
                completions, policy, config.name(), clock.instant().getEpochSecond());
        AtomicInteger count = new AtomicInteger();
        // One a request under way; how many there are is bounded where prompts are taken on.
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "serve-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", exchange -> handle(exchange, routes, clock, said));
        server.start();
        return new PolicyServer(server, threads, policy, config);
    }

    private static HttpServer listen(ServingConfig config) {
        try {
            return HttpServer.create(
                    new InetSocketAddress(InetAddress.getByName(config.host()), config.port()), BACKLOG);
        } catch (IOException e) {
            if (isTaken(config)) {
                throw new PortInUseException(config.host(), config.port(), e);
            }
            throw new ConfigurationException(
                    List.of("serve cannot listen on " + config.host() + ":" + config.port() + ": " + e.getMessage()));
        }
    }

    /**
     * Whether it is the port that cannot be had. The system says it in words of its own language, so this looks: the
     * interface has a free port, and either anybody may listen on this one or somebody answers there.
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

    /** What clients are given, version included. */
    public URI url() {
        String host = server.getAddress().getAddress().isAnyLocalAddress() ? "localhost" : config.host();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + server.getAddress().getPort() + "/v1");
    }

    /** Why it answers no more; empty: it does, or was closed. */
    public Optional<Throwable> failure() {
        return policy.sampler().failure();
    }

    private static void handle(HttpExchange exchange, PolicyRoutes routes, InstantSource clock, Consumer<String> said)
            throws IOException {
        try (exchange) {
            long began = clock.millis();
            String method = exchange.getRequestMethod();
            String path = exchange.getRequestURI().getPath();
            int status = OK;
            JsonNode answer;
            try {
                answer = routes.answer(method, path, body(exchange));
            } catch (ApiError error) {
                status = error.status();
                answer = error.body();
                if (error.passes()) {
                    exchange.getResponseHeaders().set("Retry-After", "1");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                ApiError error = ApiError.unavailable("the server is stopping");
                status = error.status();
                answer = error.body();
            } catch (RuntimeException bug) {
                LOG.error("{} {} failed", method, path, bug);
                ApiError error = ApiError.failed("an error in this server: " + bug);
                status = error.status();
                answer = error.body();
            }
            JsonNode usage = answer.path("usage");
            said.accept(String.format(
                    Locale.ROOT,
                    "%s %s %s %d, %d ms, %d prompt and %d completion tokens%s",
                    Instant.ofEpochMilli(began),
                    method,
                    path,
                    status,
                    clock.millis() - began,
                    usage.path("prompt_tokens").asInt(),
                    usage.path("completion_tokens").asInt(),
                    status == OK
                            ? ""
                            : ": " + answer.path("error").path("message").asText()));
            byte[] bytes = JSON.writeValueAsBytes(answer);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static byte[] body(HttpExchange exchange) {
        try (InputStream in = exchange.getRequestBody()) {
            byte[] bytes = in.readNBytes(LONGEST_BODY + 1);
            if (bytes.length > LONGEST_BODY) {
                throw ApiError.tooLong(null, "the body has more than " + LONGEST_BODY + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw ApiError.invalid(null, "the body cannot be read: " + e.getMessage());
        }
    }

    /** Listens no more; what is under way is answered 503. */
    @Override
    public void close() {
        policy.sampler().close();
        server.stop(LAST_WORDS_SECONDS); // at most: it ends with the last exchange
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(LAST_REQUESTS_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A request is still being read; the policy stays in memory until the process ends");
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        policy.close();
    }
}
