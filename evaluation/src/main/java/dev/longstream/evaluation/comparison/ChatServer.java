package dev.longstream.evaluation.comparison;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.evaluation.EvaluationConfig;
import dev.longstream.failure.UnreachableException;
import dev.longstream.judging.RetryAfter;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Chat completions of an OpenAI-compatible server, one answer a request. What goes wrong is a failure with its reason, never an answer. May be
 * used from several threads.
 *
 * <p>Connections that fail and the statuses 408, 429 and 5xx are tried again, ever more slowly.
 */
final class ChatServer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int TRIES = 5;
    private static final Set<Integer> BUSY = Set.of(408, 429);

    /** What concerns one question alone: another may be short enough, or acceptable. */
    private static final Set<Integer> QUESTION_REFUSED = Set.of(400, 413, 422);

    private static final int SERVER_ERROR = 500;

    /** So many failures with no answer between them, and the server is taken to be gone. */
    private static final int FAILURES_IN_A_ROW = 10;

    static final String KEPT = "What it answered is kept; the same command goes on";

    private static final int REASON_CHARACTERS = 200;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
    private final CandidatePolicy.ServerCandidate who;
    private final URI completions;
    private final @Nullable String key;
    private final EvaluationConfig config;
    private final float temperature;
    private final Duration pause;
    private final String kept;
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private volatile String lastFailure = "";

    /**
     * @param who the server that is asked
     * @param pause before the second try; doubled before each further one
     * @param kept what becomes of its answers if it is gone, in words
     */
    ChatServer(
            CandidatePolicy.ServerCandidate who,
            @Nullable String key,
            EvaluationConfig config,
            float temperature,
            Duration pause,
            String kept) {
        String base = who.server().toString();
        this.who = who;
        this.completions = URI.create((base.endsWith("/") ? base : base + "/") + "chat/completions");
        this.key = key;
        this.config = config;
        this.temperature = temperature;
        this.pause = pause;
        this.kept = kept;
    }

    /**
     * Asks once, and again where the server is busy.
     *
     * @param sample gives the request its seed, where the server obeys one
     * @throws UnreachableException if the server answers nothing any more
     */
    Attempt ask(String candidate, String promptId, int sample, String message) throws InterruptedException {
        Tried tried = once(candidate, promptId, sample, message);
        Duration wait = pause;
        for (int tries = 1; tries < TRIES && tried.busyFor() != null; tries++) {
            Thread.sleep(Math.max(wait.toMillis(), tried.busyFor().toMillis()));
            wait = wait.multipliedBy(2);
            tried = once(candidate, promptId, sample, message);
        }
        Attempt attempt = tried.attempt();
        if (attempt.failure() != null) {
            lastFailure = attempt.failure();
        }
        if (tried.served()) {
            failuresInARow.set(0);
        } else if (failuresInARow.incrementAndGet() >= FAILURES_IN_A_ROW) {
            throw gone(FAILURES_IN_A_ROW);
        }
        return attempt;
    }

    /**
     * What one request came to.
     *
     * @param busyFor how long the server wants not to be asked again, at least; null: asking again would not help
     * @param served whether the server is there, even if it has no answer to this question
     */
    private record Tried(Attempt attempt, @Nullable Duration busyFor, boolean served) {}

    private Tried once(String candidate, String promptId, int sample, String message) throws InterruptedException {
        try {
            HttpResponse<String> response = client.send(request(message, sample), BodyHandlers.ofString());
            int status = response.statusCode();
            if (status / 100 == 2) {
                Attempt read = read(candidate, promptId, sample, response.body());
                return new Tried(read, null, read.failure() == null);
            }
            boolean busy = BUSY.contains(status) || status >= SERVER_ERROR;
            return new Tried(
                    Attempt.failed(candidate, promptId, sample, "HTTP " + status + ": " + start(response.body())),
                    busy ? RetryAfter.of(response) : null,
                    QUESTION_REFUSED.contains(status));
        } catch (IOException e) {
            String failure = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
            return new Tried(Attempt.failed(candidate, promptId, sample, failure), Duration.ZERO, false);
        }
    }

    /** What to say when it answered nothing. */
    UnreachableException gone(int requests) {
        return new UnreachableException(who.what() + " answered none of " + requests
                + " requests in a row, the last with: " + lastFailure + ". " + kept);
    }

    private HttpRequest request(String message, int sample) {
        ObjectNode body = JSON.createObjectNode()
                .put("model", who.model())
                .put("temperature", temperature)
                .put("top_p", config.topP())
                .put("max_tokens", config.maxTokens())
                .put("seed", sample);
        body.putArray("messages").addObject().put("role", "user").put("content", message);
        HttpRequest.Builder request = HttpRequest.newBuilder(completions)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return request.build();
    }

    private static Attempt read(String candidate, String promptId, int sample, String body) {
        JsonNode reply;
        try {
            reply = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return Attempt.failed(candidate, promptId, sample, "the reply is no JSON: " + start(body));
        }
        JsonNode choice = reply.path("choices").path(0);
        JsonNode content = choice.path("message").path("content");
        if (!content.isTextual()) {
            return Attempt.failed(candidate, promptId, sample, "the reply has no message: " + start(body));
        }
        return new Attempt(
                candidate,
                promptId,
                sample,
                reply.path("usage").path("prompt_tokens").asInt(),
                thought(choice.path("message")) + content.textValue(),
                reply.path("usage").path("completion_tokens").asInt(),
                choice.path("finish_reason").asText().equals("length"),
                null);
    }

    /** Servers of models that think give the thought apart from the message. */
    private static String thought(JsonNode message) {
        JsonNode thought =
                message.has("reasoning_content") ? message.get("reasoning_content") : message.path("reasoning");
        return thought.isTextual() && !thought.textValue().isBlank()
                ? "<think>" + thought.textValue() + "</think>"
                : "";
    }

    private static String start(String body) {
        String line = body.strip().replaceAll("\\s+", " ");
        return line.length() <= REASON_CHARACTERS ? line : line.substring(0, REASON_CHARACTERS) + "…";
    }
}
