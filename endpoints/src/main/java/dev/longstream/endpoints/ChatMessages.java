package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.policy.folder.ChatTemplate.Message;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the conversation of a chat and the variables of its template. */
final class ChatMessages {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VARIABLES = "chat_template_kwargs";
    /** Variables that the server sets itself. */
    private static final Set<String> OWN = Set.of("messages", "add_generation_prompt");

    private ChatMessages() {}

    /**
     * Reads the turns of a conversation.
     *
     * @throws ApiError 400 naming the member that is missing, wrong or not supported
     */
    static List<Message> of(RequestFields fields) {
        JsonNode messages = fields.node("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw ApiError.invalid("messages", "messages is missing or empty, expected a list of {role, content}");
        }
        List<Message> read = new ArrayList<>();
        for (JsonNode message : messages) {
            String at = "messages[" + read.size() + "]";
            if (!message.path("role").isTextual()) {
                throw ApiError.invalid(at + ".role", at + ".role is missing, expected a text such as user");
            }
            refuseOthers(message, at, Set.of("role", "content"));
            read.add(new Message(message.path("role").textValue(), content(message.path("content"), at + ".content")));
        }
        return read;
    }

    private static String content(JsonNode content, String at) {
        if (content.isTextual()) {
            return content.textValue();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
                throw ApiError.invalid(at, at + " has a part that is no text; other kinds are not supported");
            }
            refuseOthers(part, at, Set.of("type", "text"));
            text.append(part.path("text").textValue());
        }
        if (!content.isArray()) {
            throw ApiError.invalid(at, at + " is missing, expected a text or a list of text parts");
        }
        return text.toString();
    }

    /** Refuses members that would be passed over; one that is null or empty asks for nothing. */
    private static void refuseOthers(JsonNode node, String at, Set<String> known) {
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            JsonNode value = member.getValue();
            boolean empty = value.isNull()
                    || (value.isContainerNode() && value.isEmpty())
                    || (value.isTextual() && value.textValue().isEmpty());
            if (!known.contains(member.getKey()) && !empty) {
                String name = at + "." + member.getKey();
                throw ApiError.invalid(name, name + " is not supported");
            }
        }
    }

    /**
     * Reads the further variables of the chat template.
     *
     * @throws ApiError 400 if they are no JSON object, or set what the server sets
     */
    static Map<String, Object> variables(RequestFields fields) {
        JsonNode node = fields.node(VARIABLES);
        if (node.isMissingNode()) {
            return Map.of();
        }
        if (!node.isObject()) {
            throw fields.wrong(VARIABLES, "expected an object of variables by name");
        }
        Map<String, Object> variables = JSON.convertValue(
                node, JSON.getTypeFactory().constructMapType(LinkedHashMap.class, String.class, Object.class));
        for (String own : OWN) {
            if (variables.containsKey(own)) {
                throw fields.wrong(VARIABLES, own + " is set by the server");
            }
        }
        return variables;
    }
}
