package dev.longstream.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/**
 * First answer of a chat completion.
 *
 * @param content text of the message; null if the body is not a chat completion
 * @param thought the model's reasoning, if the server sends it in a field of its own; else empty
 * @param truncated whether the answer reached the length limit
 * @param inputTokens tokens of the prompt, counted by the server; 0 if unknown
 * @param outputTokens tokens of the answer, counted by the server; 0 if unknown
 */
public record ChatReply(
        @Nullable String content, String thought, boolean truncated, int inputTokens, int outputTokens) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Parses the body of a reply. */
    public static ChatReply of(String body) {
        JsonNode root;
        try {
            root = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return new ChatReply(null, "", false, 0, 0);
        }
        JsonNode choice = root.path("choices").path(0);
        JsonNode message = choice.path("message");
        JsonNode thought =
                message.has("reasoning_content") ? message.get("reasoning_content") : message.path("reasoning");
        return new ChatReply(
                message.path("content").textValue(),
                thought.isTextual() && !thought.textValue().isBlank() ? thought.textValue() : "",
                choice.path("finish_reason").asText().equals("length"),
                Math.max(0, root.path("usage").path("prompt_tokens").asInt()),
                Math.max(0, root.path("usage").path("completion_tokens").asInt()));
    }
}
