package dev.longstream.judging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/**
 * The text and the token counts of a chat completion.
 *
 * @param content text of the first choice; null if the body is not a chat completion
 * @param inputTokens tokens of the message
 * @param outputTokens tokens of the reply
 */
record JudgeReply(@Nullable String content, long inputTokens, long outputTokens) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static JudgeReply of(String body) {
        try {
            JsonNode root = JSON.readTree(body);
            JsonNode content = root.path("choices").path(0).path("message").path("content");
            JsonNode usage = root.path("usage");
            return new JudgeReply(
                    content.textValue(),
                    Math.max(0, usage.path("prompt_tokens").asLong()),
                    Math.max(0, usage.path("completion_tokens").asLong()));
        } catch (JsonProcessingException e) {
            return new JudgeReply(null, 0, 0);
        }
    }
}
