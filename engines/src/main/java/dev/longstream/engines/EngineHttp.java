package dev.longstream.engines;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Sends JSON to one engine and reads its replies. May be used from several threads. */
final class EngineHttp {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 100;
    private static final int QUOTED = 300;

    private final EngineAccess access;
    private final URI base;
    private final BooleanSupplier stopping;
    private final HttpClient http;

    /**
     * Creates a connection, which is made at the first request.
     *
     * @param stopping returns whether to wait for no reply any more
     */
    EngineHttp(EngineAccess access, BooleanSupplier stopping) {
        this.access = access;
        this.base = URI.create(access.url().toString().replaceFirst("/(v1/?)?$", ""));
        this.stopping = stopping;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // vLLM's server speaks no other
                .connectTimeout(CONNECT)
                .build();
    }

    /** Returns the engine's address, for messages. */
    URI base() {
        return base;
    }

    /** Gets a path and waits for the reply. */
    JsonNode get(String path, Duration limit) {
        return await(send(request(path).GET().build(), path, limit));
    }

    /** Posts JSON to a path and waits for the reply. */
    JsonNode post(String path, JsonNode body, Duration limit) {
        return await(postLater(path, body, limit));
    }

    /** Posts JSON to a path and waits for a reply whose body says nothing. */
    void command(String path, JsonNode body, Duration limit) {
        HttpRequest command =
                request(path).POST(BodyPublishers.ofString(body.toString())).build();
        await(send(command, path, limit, response -> MissingNode.getInstance()));
    }

    /**
     * Posts JSON to a path. The result fails with an {@link EngineException}; cancelling it closes the connection, by which an
     * engine knows that nobody wants the reply.
     */
    PendingReply postLater(String path, JsonNode body, Duration limit) {
        return send(request(path).POST(BodyPublishers.ofString(body.toString())).build(), path, limit);
    }

    /**
     * A request under way.
     *
     * @param sent the exchange, which can be cancelled
     * @param reply body of a reply with a status of 200 to 299
     */
    record PendingReply(CompletableFuture<HttpResponse<String>> sent, CompletableFuture<JsonNode> reply) {
        void cancel() {
            sent.cancel(true);
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).header("Content-Type", "application/json");
        return access.apiKey() == null ? request : request.header("Authorization", "Bearer " + access.apiKey());
    }

    private PendingReply send(HttpRequest request, String path, Duration limit) {
        return send(request, path, limit, response -> read(response, path));
    }

    /** Sends a request whose reply a function reads, if its status says that it succeeded. */
    private PendingReply send(
            HttpRequest request, String path, Duration limit, Function<HttpResponse<String>, JsonNode> reader) {
        CompletableFuture<HttpResponse<String>> sent = http.sendAsync(request, BodyHandlers.ofString());
        // The request's own timeout ends with the headers, and a body can stall as well.
        CompletableFuture<JsonNode> reply = sent.copy()
                .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .handle((response, failure) -> {
                    if (failure != null) {
                        sent.cancel(true);
                        throw new EngineException(0, path + ": " + described(failure, limit));
                    }
                    if (response.statusCode() / 100 != 2) {
                        throw new EngineException(
                                response.statusCode(),
                                path + ": HTTP " + response.statusCode() + " " + shortened(response.body()));
                    }
                    return reader.apply(response);
                });
        return new PendingReply(sent, reply);
    }

    private static JsonNode read(HttpResponse<String> response, String path) {
        String body = response.body();
        if (body.isBlank()) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new EngineException(response.statusCode(), path + ": the reply is no JSON: " + shortened(body));
        }
    }

    private JsonNode await(PendingReply request) {
        try {
            while (!stopping.getAsBoolean()) {
                Optional<JsonNode> reply = await(request, LOOK_MILLIS);
                if (reply.isPresent()) {
                    return reply.get();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        request.cancel();
        throw new EngineStoppedException();
    }

    /** Returns the reply; empty if it is not there within some time. */
    private static Optional<JsonNode> await(PendingReply request, long millis) throws InterruptedException {
        try {
            return Optional.of(request.reply().get(millis, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        }
    }

    /** Returns the failure of a request; one that is not the engine's is thrown as it is. */
    static EngineException failure(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof EngineException engine) {
            return engine;
        }
        throw cause instanceof RuntimeException unexpected ? unexpected : new IllegalStateException(cause);
    }

    private static String described(Throwable failure, Duration limit) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof TimeoutException
                ? "no reply within " + limit.toSeconds() + " s"
                : cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : " " + cause.getMessage());
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= QUOTED ? line : line.substring(0, QUOTED) + "…";
    }
}
