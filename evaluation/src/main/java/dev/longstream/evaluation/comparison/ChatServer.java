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
 * Client for the chat completions of an OpenAI-compatible server, one answer per request. An error becomes an attempt with a
 * failure reason, never an answer. Safe for use from several threads.
 *
 * <p>Repeats a request after a failed connection and after the statuses 408, 429 and 5xx, with a growing pause.
 */
final class ChatServer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int TRIES = 5;
    private static final int BAD_REQUEST = 400;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int CONTENT_TOO_LARGE = 413;
    private static final int UNPROCESSABLE_CONTENT = 422;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final Set<Integer> BUSY = Set.of(REQUEST_TIMEOUT, TOO_MANY_REQUESTS);

    /** Statuses that refuse one question, for example a prompt that is too long, while the server works. */
    private static final Set<Integer> QUESTION_REFUSED = Set.of(BAD_REQUEST, CONTENT_TOO_LARGE, UNPROCESSABLE_CONTENT);

    private static final int SERVER_ERROR = 500;

    /** Number of failures without an answer in between after which the server counts as unreachable. */
    private static final int FAILURES_IN_A_ROW = 10;

    /** Advice in the error message when the answers so far are on disk. */
    static final String ANSWERS_SAVED = "Its answers so far are saved; run the same command again to continue";

    private static final int REASON_CHARACTERS = 200;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
    private final CandidatePolicy.ServerCandidate candidate;
    private final URI completions;
    private final @Nullable String key;
    private final EvaluationConfig config;
    private final float temperature;
    private final Duration pause;
    private final String advice;
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private volatile String lastFailure = "";

    /**
     * @param candidate the server that is asked
     * @param pause before the second try; doubled before each further one
     * @param advice sentence for the error message: what happens to the answers so far
     */
    ChatServer(
            CandidatePolicy.ServerCandidate candidate,
            @Nullable String key,
            EvaluationConfig config,
            float temperature,
            Duration pause,
            String advice) {
        String base = candidate.server().toString();
        this.candidate = candidate;
        this.completions = URI.create((base.endsWith("/") ? base : base + "/") + "chat/completions");
        this.key = key;
        this.config = config;
        this.temperature = temperature;
        this.pause = pause;
        this.advice = advice;
    }

    /**
     * Sends one message and returns the answer or the failure; repeats the request while the server is busy.
     *
     * @param candidate identity of the candidate, stored in the attempt
     * @param sample 0 … samples-1; sent as the request's seed, which not every server honours
     * @throws UnreachableException after {@value #FAILURES_IN_A_ROW} failed requests in a row
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
            throw unreachable(FAILURES_IN_A_ROW);
        }
        return attempt;
    }

    /**
     * Result of one request.
     *
     * @param busyFor minimum wait before the request is repeated; null if repeating it would not help
     * @param served whether the server works, even if it refused this question
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

    /** Returns the exception for a server that answered none of the last {@code requests} requests. */
    UnreachableException unreachable(int requests) {
        return new UnreachableException(candidate.what() + " answered none of " + requests
                + " requests in a row; the last one failed with: " + lastFailure + ". " + advice);
    }

    private HttpRequest request(String message, int sample) {
        ObjectNode body = JSON.createObjectNode()
                .put("model", candidate.model())
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
            return Attempt.failed(candidate, promptId, sample, "the reply is not JSON: " + start(body));
        }
        JsonNode choice = reply.path("choices").path(0);
        JsonNode content = choice.path("message").path("content");
        if (!content.isTextual()) {
            return Attempt.failed(candidate, promptId, sample, "the reply has no choices[0].message.content: " + start(body));
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

    /** Returns the reasoning, which some servers send in a field beside the message, as a think block; "" if none. */
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
