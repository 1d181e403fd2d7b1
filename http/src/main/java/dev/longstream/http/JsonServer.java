package dev.longstream.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.longstream.http.ServedListener.ServedRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** HTTP server that answers with JSON or with server-sent events. Errors are JSON in the format of an {@link ErrorFormat}. */
public final class JsonServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JsonServer.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BACKLOG = 1024;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int TOO_LONG = 413;
    private static final int CLIENT_GONE = 499;
    private static final int FAILED = 500;
    private static final int UNAVAILABLE = 503;
    private static final int IDLE_THREAD_SECONDS = 60;
    private static final int LAST_ANSWERS_SECONDS = 1;
    private static final int LAST_THREADS_SECONDS = 10;

    static {
        // The JDK's server writes headers and body apart; without this every answer waits for a delayed
        // acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final ServerSettings settings;
    private final ErrorFormat errors;
    private final InstantSource clock;
    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final AtomicInteger underWay = new AtomicInteger();

    private JsonServer(ServerSettings settings, ErrorFormat errors, InstantSource clock, HttpServer server) {
        this.settings = settings;
        this.errors = errors;
        this.clock = clock;
        this.server = server;
        AtomicInteger count = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                settings.maxThreads(),
                settings.maxThreads(),
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, settings.name() + "-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Binds the port. Requests wait until {@link #start}.
     *
     * @throws IOException if the port is in use, or this machine does not have the interface
     */
    public static JsonServer listen(ServerSettings settings, ErrorFormat errors, InstantSource clock)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(settings.host()), settings.port());
        return new JsonServer(settings, errors, clock, HttpServer.create(address, BACKLOG));
    }

    /** Starts to answer requests. */
    public void start(RouteTable routes, ServedListener listener) {
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            underWay.incrementAndGet();
            try (exchange) {
                handle(exchange, routes, listener);
            } finally {
                underWay.decrementAndGet();
            }
        });
        server.start();
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Returns the address for clients of this machine, without a slash at the end: {@code http://127.0.0.1:8081}. */
    public URI url() {
        boolean everywhere = server.getAddress().getAddress().isAnyLocalAddress();
        String host = everywhere ? "127.0.0.1" : settings.host();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port());
    }

    private void handle(HttpExchange exchange, RouteTable routes, ServedListener listener) throws IOException {
        Instant began = clock.instant();
        String method = exchange.getRequestMethod();
        EventStream events = new EventStream(exchange);
        int status = OK;
        int retryAfterSeconds = 0;
        JsonNode body;
        try {
            body = answer(exchange, routes, events);
        } catch (ClientGoneException gone) {
            status = CLIENT_GONE;
            body = MissingNode.getInstance();
        } catch (Exception e) {
            HttpError error = described(e, method + " " + exchange.getRequestURI());
            status = error.status();
            retryAfterSeconds = error.retryAfterSeconds();
            body = error.body();
        }
        long millis = clock.millis() - began.toEpochMilli();
        listener.onServed(
                new ServedRequest(began, method, exchange.getRequestURI().getPath(), status, millis, body));
        if (!events.hasBegun() && status != CLIENT_GONE) {
            byte[] bytes = JSON.writeValueAsBytes(body);
            exchange.getResponseHeaders().set("Content-Type", settings.contentType());
            if (retryAfterSeconds > 0) {
                exchange.getResponseHeaders().set("Retry-After", Integer.toString(retryAfterSeconds));
            }
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        } else if (status != OK && status != CLIENT_GONE) {
            sendLast(events, body);
        }
    }

    /** Sends an error as an event, because the status was sent before the first event. */
    private static void sendLast(EventStream events, JsonNode error) {
        try {
            events.send(error);
        } catch (ClientGoneException gone) {
            LOG.debug("Nobody reads the error", gone);
        }
    }

    private JsonNode answer(HttpExchange exchange, RouteTable routes, EventStream events) throws InterruptedException {
        byte[] body = body(exchange);
        String method = exchange.getRequestMethod();
        URI uri = exchange.getRequestURI();
        IncomingRequest request;
        HttpAnswer.Handler handler;
        try {
            List<String> path = IncomingRequest.path(uri);
            handler = routes.find(method, path, errors);
            request = new IncomingRequest(method, path, IncomingRequest.query(uri), json(body));
        } catch (IllegalArgumentException e) {
            throw errors.error(BAD_REQUEST, "the address cannot be decoded: " + e.getMessage());
        }
        HttpAnswer answer = handler.answer(request);
        if (answer instanceof HttpAnswer.Events source) {
            return source.source().sendTo(events);
        }
        return ((HttpAnswer.JsonAnswer) answer).body();
    }

    private byte[] body(HttpExchange exchange) {
        try (InputStream in = exchange.getRequestBody()) {
            byte[] bytes = in.readNBytes(settings.maxBodyBytes() + 1);
            if (bytes.length > settings.maxBodyBytes()) {
                throw errors.error(TOO_LONG, "the body has more than " + settings.maxBodyBytes() + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw errors.error(BAD_REQUEST, "the body cannot be read: " + e.getMessage());
        }
    }

    private JsonNode json(byte[] body) {
        if (body.length == 0) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw errors.error(BAD_REQUEST, "the body is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw errors.error(BAD_REQUEST, "the body cannot be read: " + e.getMessage());
        }
    }

    private HttpError described(Exception failure, String request) {
        if (failure instanceof HttpError error) {
            return error;
        }
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return errors.error(UNAVAILABLE, "the server is stopping");
        }
        LOG.error("{} failed", request, failure);
        return errors.error(FAILED, "an error in this server: " + failure);
    }

    /**
     * Stops listening, waits one second for the requests in progress, then interrupts their threads.
     *
     * @return whether all threads have ended
     */
    public boolean stop() {
        server.stop(underWay.get() == 0 ? 0 : LAST_ANSWERS_SECONDS); // an older JDK waits in full even for nothing
        threads.shutdownNow();
        try {
            return threads.awaitTermination(LAST_THREADS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        stop();
    }
}
