package dev.longstream.cli.contest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.producers.evaluation.EvaluationConfig;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Chat completions of an OpenAI-compatible server, one answer a request. What goes wrong is a failure with its reason, never an answer. */
final class ChatServer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int TRIES = 3;
    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY = 429;
    private static final int REASON_CHARACTERS = 200;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
    private final URI completions;
    private final String model;
    private final @Nullable String key;
    private final EvaluationConfig config;
    private final float temperature;
    private final Duration pause;

    /** @param pause before the second try; doubled before the third */
    ChatServer(
            URI server,
            String model,
            @Nullable String key,
            EvaluationConfig config,
            float temperature,
            Duration pause) {
        String base = server.toString();
        this.completions = URI.create((base.endsWith("/") ? base : base + "/") + "chat/completions");
        this.model = model;
        this.key = key;
        this.config = config;
        this.temperature = temperature;
        this.pause = pause;
    }

    /** @param sample gives the request its seed, where the server obeys one */
    Attempt ask(String contestant, String promptId, int sample, String message) throws InterruptedException {
        String failure = "";
        for (int attempt = 0; attempt < TRIES; attempt++) {
            if (attempt > 0) {
                Thread.sleep(pause.toMillis() << (attempt - 1));
            }
            try {
                HttpResponse<String> response = client.send(request(message, sample), BodyHandlers.ofString());
                if (response.statusCode() / 100 == 2) {
                    return read(contestant, promptId, sample, response.body());
                }
                failure = "HTTP " + response.statusCode() + ": " + start(response.body());
                if (response.statusCode() != TOO_MANY && response.statusCode() < SERVER_ERROR) {
                    break;
                }
            } catch (IOException e) {
                failure = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
            }
        }
        return Attempt.failed(contestant, promptId, sample, failure);
    }

    private HttpRequest request(String message, int sample) {
        ObjectNode body = JSON.createObjectNode()
                .put("model", model)
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

    private static Attempt read(String contestant, String promptId, int sample, String body) {
        JsonNode reply;
        try {
            reply = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return Attempt.failed(contestant, promptId, sample, "the reply is no JSON: " + start(body));
        }
        JsonNode choice = reply.path("choices").path(0);
        JsonNode content = choice.path("message").path("content");
        if (!content.isTextual()) {
            return Attempt.failed(contestant, promptId, sample, "the reply has no message: " + start(body));
        }
        return new Attempt(
                contestant,
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
