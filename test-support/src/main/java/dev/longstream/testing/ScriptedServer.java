package dev.longstream.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.function.Function;

/**
 * An HTTP server on the loopback interface that replies as a test scripts it and records what it was asked.
 *
 * <pre>
 * try (var server = new ScriptedServer().on("/v1/chat/completions", request -> Reply.says("[[YES]]"))) {
 *     … server.url("/v1") … server.requests() …
 * }
 * </pre>
 */
public final class ScriptedServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<ScriptedRequest> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger maxOpen = new AtomicInteger();

    /**
     * A request as it arrived.
     *
     * @param authorization the header {@code Authorization}; null for none
     * @param body the body, as UTF-8
     */
    public record ScriptedRequest(@Nullable String authorization, String body) {
        /** Returns the body as JSON. */
        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Returns the text of a chat completion's first message. */
        public String message() {
            return json().at("/messages/0/content").asText();
        }
    }

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
        /** A chat completion of these words, for 100 prompt tokens and 3 completion tokens. */
        public static Reply says(String words) {
            return completion(words, null);
        }

        /** A chat completion of a thought and the words after it, which the reply keeps apart. */
        public static Reply says(String words, String thought) {
            return completion(words, thought);
        }

        private static Reply completion(String words, @Nullable String thought) {
            ObjectNode body = JSON.createObjectNode();
            ObjectNode choice = body.putArray("choices").addObject().put("finish_reason", "stop");
            ObjectNode message = choice.putObject("message").put("role", "assistant");
            message.put("content", words);
            if (thought != null) {
                message.put("reasoning_content", thought);
            }
            body.putObject("usage").put("prompt_tokens", 100).put("completion_tokens", 3);
            return raw(200, body.toString());
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

    /** Starts the server on any free port. */
    public ScriptedServer() {
        this(0);
    }

    /**
     * Starts the server.
     *
     * @param port 0 for any free port
     */
    public ScriptedServer(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.start();
    }

    /**
     * Lets a script reply to every request for a path and what lies below it. Several requests may be open at the same
     * time, each on a thread of its own.
     */
    public ScriptedServer on(String path, Function<ScriptedRequest, Reply> script) {
        server.createContext(path, exchange -> {
            maxOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
            try (exchange) {
                ScriptedRequest request = new ScriptedRequest(
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                requests.add(request);
                Reply reply = script.apply(request);
                delay(reply.delayMs());
                open.decrementAndGet(); // before the reply, after which the next request may be there at once
                answer(exchange, reply);
            }
        });
        return this;
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

    /**
     * Returns the URL of a path on this server.
     *
     * @param path begins with a slash
     */
    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Returns the requests received, in order; a test may clear the list. */
    public List<ScriptedRequest> requests() {
        return requests;
    }

    /** Returns the largest number of requests that were open at the same time. */
    public int maxAtOnce() {
        return maxOpen.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
