package dev.longstream.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes requests from the network and gives {@link RegistryRoutes}' answers, or its errors as JSON. */
final class HttpServing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServing.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int THREADS = 4;

    static {
        // The JDK's server writes headers and body apart; without this every answer waits for a delayed
        // acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads;

    private HttpServing(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * @param host name or address of the interface to listen on
     * @param port 0 for any free one
     */
    static HttpServing start(RegistryRoutes routes, String host, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(host), port), 64);
        AtomicInteger count = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "schema-registry-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", exchange -> handle(exchange, routes));
        server.start();
        return new HttpServing(server, threads);
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void handle(HttpExchange exchange, RegistryRoutes routes) throws IOException {
        try (exchange) {
            int status = 200;
            JsonNode answer;
            try {
                byte[] body = exchange.getRequestBody().readAllBytes();
                answer = routes.answer(Request.of(exchange.getRequestMethod(), exchange.getRequestURI(), body));
            } catch (RegistryError error) {
                status = error.status();
                answer = error(error.code(), String.valueOf(error.getMessage()));
            } catch (RuntimeException bug) {
                LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), bug);
                status = 500;
                answer = error(50001, "Error in the schema registry: " + bug);
            }
            byte[] bytes = JSON.writeValueAsBytes(answer);
            exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
            exchange.sendResponseHeaders(status, bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        }
    }

    private static JsonNode error(int code, String message) {
        return JSON.createObjectNode().put("error_code", code).put("message", message);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
