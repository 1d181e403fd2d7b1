package dev.longstream.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.net.URI;

/** Writes requests for chat completions; {@link ChatReply} reads their replies. */
public final class ChatRequest {
    private ChatRequest() {}

    /**
     * Returns the address of a server's chat completions.
     *
     * @param server the API's URL up to its version, e.g. {@code http://localhost:8000/v1}
     */
    public static URI address(URI server) {
        String base = server.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "chat/completions");
    }

    /** Returns a body with one message of the user, to which the caller adds sampling parameters. */
    public static ObjectNode body(String model, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", model);
        body.putArray("messages").addObject().put("role", "user").put("content", message);
        return body;
    }
}
