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

/** A judge that does what a test says: a small HTTP server. */
public final class ScriptedJudge implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger max = new AtomicInteger();

    /** @param delayMs before the headers; @param stall leave the body unfinished */
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

    /** @param script number of the call, from 0, and the message to the judge, to the reply */
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

    /** Address of the API up to and including its version. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port() + "/v1");
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** What it was told, in the order of arrival. */
    public List<String> messages() {
        return messages;
    }

    public List<String> keys() {
        return keys;
    }

    /** The largest number of requests that were open at one time. */
    public int maxAtOnce() {
        return max.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
