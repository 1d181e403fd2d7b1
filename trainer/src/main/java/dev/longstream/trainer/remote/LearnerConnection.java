package dev.longstream.trainer.remote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.failure.UnreachableException;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.safetensors.TensorMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Connection to a learner process: one session at a time, whose calls are numbered. A call whose connection broke is sent again
 * under its number, and the learner answers without applying it twice. Not thread-safe.
 */
final class LearnerConnection {
    /** Version of the protocol. */
    static final int PROTOCOL = 2;

    private static final Logger LOG = LoggerFactory.getLogger(LearnerConnection.class);
    private static final Duration MAX_CONNECT = Duration.ofSeconds(20);
    private static final List<Duration> PAUSES =
            List.of(Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(2));
    private static final int OK = 200;
    private static final int SERVER_FAULT = 500;

    private final LearnerAddress address;
    private final Duration connectTime;
    private final HttpClient http;
    private @Nullable String session;
    private long sequence;

    LearnerConnection(LearnerAddress address) {
        this.address = address;
        this.connectTime = address.timeout().compareTo(MAX_CONNECT) < 0 ? address.timeout() : MAX_CONNECT;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTime)
                .build();
    }

    /**
     * Returns the session, and begins one if there is none.
     *
     * @throws UnreachableException if no learner answers
     * @throws LearnerException if it has another version of the protocol, or refuses this trainer
     */
    String session() {
        if (session == null) {
            JsonNode hello = hello();
            if (hello.path("protocol").asInt() != PROTOCOL) {
                throw new LearnerException("The learner at " + address.url() + " has protocol version "
                        + hello.path("protocol") + ", expected " + PROTOCOL
                        + ": install longstream-torch and Longstream from the same release");
            }
            TensorMessage begin = new TensorMessage();
            begin.fields().put("client", address.client());
            session = send("begin", begin).fields().path("session").asText();
            sequence = 0;
            LOG.info("The learner at {} is {}", address.url(), hello);
        }
        return session;
    }

    private JsonNode hello() {
        try {
            HttpResponse<byte[]> response = answer(request("hello").GET().build(), connectTime);
            if (response.statusCode() != OK) {
                throw refused("hello", response);
            }
            return Json.readObject("The answer of " + address.of("hello"), response.body());
        } catch (IOException e) {
            throw new UnreachableException(
                    "No learner answers at " + address.url() + " (" + e
                            + "); start it with: torchrun --nproc-per-node N -m longstream_torch --port PORT",
                    e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Makes a call of a session.
     *
     * @throws UnreachableException if the session is lost; the next one begins without models
     * @throws LearnerException if the learner refuses the call; nothing has changed then
     */
    TensorMessage call(String ofSession, String name, TensorMessage content) {
        if (!ofSession.equals(session)) {
            throw new UnreachableException(
                    "The learner at " + address.url() + " was lost, and its model with it, before the call " + name);
        }
        sequence++;
        content.fields().put("session", ofSession).put("sequence", sequence);
        try {
            return send(name, content);
        } catch (UnreachableException e) {
            session = null;
            throw e;
        }
    }

    /** Returns whether a session is not lost. */
    boolean isOpen(String ofSession) {
        return ofSession.equals(session);
    }

    private TensorMessage send(String name, TensorMessage content) {
        content.fields().put("protocol", PROTOCOL);
        HttpRequest request = request(name)
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(content.toBytes()))
                .build();
        for (int attempt = 0; ; attempt++) {
            try {
                HttpResponse<byte[]> response = answer(request, address.timeout());
                if (response.statusCode() != OK) {
                    throw refused(name, response);
                }
                return checked(name, response.body());
            } catch (IOException e) {
                boolean slow = e instanceof HttpTimeoutException && !(e instanceof HttpConnectTimeoutException);
                if (slow || attempt == PAUSES.size()) {
                    throw lost(name, slow ? "no answer for " + address.timeout() : e.toString(), e);
                }
                LOG.warn("The call {} of the learner at {} is sent again: {}", name, address.url(), e.toString());
                pause(PAUSES.get(attempt));
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /** Sends a request and waits for the whole answer. The request's own timeout would end with the headers. */
    private HttpResponse<byte[]> answer(HttpRequest request, Duration limit) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> sent = http.sendAsync(request, BodyHandlers.ofByteArray());
        try {
            return sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer for " + limit);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } finally {
            sent.cancel(true);
        }
    }

    private TensorMessage checked(String name, byte[] body) {
        TensorMessage reply = TensorMessage.parse(body);
        if (reply.fields().path("protocol").asInt() != PROTOCOL) {
            throw new LearnerException("The learner at " + address.url() + " answers " + name
                    + " with protocol version " + reply.fields().path("protocol") + ", expected " + PROTOCOL);
        }
        return reply;
    }

    private HttpRequest.Builder request(String name) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(address.of(name));
        if (address.key() != null) {
            builder.header("Authorization", "Bearer " + address.key());
        }
        return builder;
    }

    /** Returns the exception for an answer that is no success. */
    private RuntimeException refused(String name, HttpResponse<byte[]> response) {
        JsonNode error = error(response.body());
        String kind = error.path("kind").asText();
        String said = error.path("message").asText("HTTP " + response.statusCode());
        boolean passes =
                switch (kind) {
                    case "session", "sequence", "failed" -> true;
                    case "" -> response.statusCode() >= SERVER_FAULT;
                    default -> false;
                };
        if (passes) {
            return lost(name, said, null);
        }
        String advice = kind.equals("memory")
                ? ". Lower trainer.micro-batch-tokens, or start the learner with --recompute-layers or with more processes;"
                        + " the same command continues from the newest checkpoint"
                : "";
        return new LearnerException(
                "The learner at " + address.url() + " refuses the call " + name + ": " + said + advice);
    }

    private static JsonNode error(byte[] body) {
        try {
            return Json.readObject("The answer", body).path("error");
        } catch (PolicyFolderException e) { // a proxy's page
            LOG.debug("An answer is not the learner's", e);
            return Json.MAPPER.createObjectNode();
        }
    }

    private UnreachableException lost(String name, String why, @Nullable Throwable cause) {
        String message = "The learner at " + address.url() + " was lost in the call " + name + " (" + why
                + "); training continues from its last checkpoint as soon as a learner answers there";
        return cause == null ? new UnreachableException(message) : new UnreachableException(message, cause);
    }

    private void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private LearnerException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        LearnerException interrupted =
                new LearnerException("Interrupted while waiting for the learner at " + address.url());
        interrupted.initCause(e);
        return interrupted;
    }
}
