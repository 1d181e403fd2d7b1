package dev.longstream.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.longstream.http.HttpError;

/** Error whose body is given as JSON. */
final class ServedError extends HttpError {
    private static final long serialVersionUID = 1L;

    private final transient JsonNode body;

    ServedError(int status, String message, JsonNode body) {
        super(status, message);
        this.body = body;
    }

    /** Returns an error of the server itself, {@code {"error": "message"}}. */
    static ServedError ofServer(int status, String message) {
        return new ServedError(
                status, message, JsonNodeFactory.instance.objectNode().put("error", message));
    }

    @Override
    public JsonNode body() {
        return body;
    }
}
