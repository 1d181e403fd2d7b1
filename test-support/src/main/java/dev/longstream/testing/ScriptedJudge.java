package dev.longstream.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** A small HTTP server that replies as a test scripts it, in place of a judge. */
public final class ScriptedJudge implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger max = new AtomicInteger();

    /**
     * A scripted reply.
     *
     * @param status HTTP status
     * @param body the reply's body
     * @param delayMs milliseconds before the headers
     * @param stall whether the body stays unfinished
     * @param retryAfter the header {@code Retry-After}; null for none
     */
    public record Reply(int status, String body, long delayMs, boolean stall, @Nullable String retryAfter) {
        public static Reply says(String words) {
            return raw(
                    200,
                    JSON.createObjectNode()
                            .set("choices", JSON.createArrayNode().add(message(words)))
                            .toString()
                            .replaceFirst("}$", ",\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":3}}"));
        }

        private static JsonNode message(String words) {
            return JSON.createObjectNode()
                    .set(
                            "message",
                            JSON.createObjectNode().put("role", "assistant").put("content", words));
        }

        public static Reply raw(int status, String body) {
            return new Reply(status, body, 0, false, null);
        }

        public Reply after(long ms) {
            return new Reply(status, body, ms, stall, retryAfter);
        }

        public Reply stalling() {
            return new Reply(status, body, delayMs, true, retryAfter);
        }

        public Reply retryAfter(String seconds) {
            return new Reply(status, body, delayMs, stall, seconds);
        }
    }

    /**
     * Starts the server.
     *
     * @param port 0 for any free port
     * @param script returns the reply to a call, by its number from 0 and the message to the judge
     */
    public ScriptedJudge(int port, BiFunction<Integer, String, Reply> script) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        AtomicInteger calls = new AtomicInteger();
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", exchange -> {
            max.accumulateAndGet(now.incrementAndGet(), Math::max);
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                String message = JSON.readTree(body).at("/messages/0/content").asText();
                keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
                messages.add(message);
                Reply reply = script.apply(calls.getAndIncrement(), message);
                delay(reply.delayMs());
                now.decrementAndGet(); // before the reply, after which the next request may be there at once
                answer(exchange, reply);
            }
        });
        server.start();
    }

    private static void answer(HttpExchange exchange, Reply reply) throws IOException {
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        if (reply.retryAfter() != null) {
            exchange.getResponseHeaders().set("Retry-After", reply.retryAfter());
        }
        exchange.sendResponseHeaders(reply.status(), reply.stall() ? bytes.length + 1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().flush();
        if (reply.stall()) {
            delay(60_000);
        }
    }

    private static void delay(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the API's URL up to its version. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port() + "/v1");
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Returns the messages received, in order. */
    public List<String> messages() {
        return messages;
    }

    /** Returns the bearer tokens received, in order. */
    public List<String> keys() {
        return keys;
    }

    /** Returns the largest number of requests that were open at the same time. */
    public int maxAtOnce() {
        return max.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
