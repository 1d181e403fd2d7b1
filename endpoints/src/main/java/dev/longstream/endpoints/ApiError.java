package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.http.HttpError;
import org.jspecify.annotations.Nullable;

/** Error of a request in OpenAI's format. */
final class ApiError extends HttpError {
    private static final long serialVersionUID = 1L;

    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHENTICATED = 401;
    private static final int NOT_FOUND = 404;
    private static final int TOO_LONG = 413;
    private static final int TOO_MANY = 429;
    private static final int FAILED = 500;
    private static final int UNAVAILABLE = 503;

    private final String type;
    private final @Nullable String field;
    private final @Nullable String code;

    private ApiError(int status, String type, @Nullable String field, @Nullable String code, String message) {
        super(status, message);
        this.type = type;
        this.field = field;
        this.code = code;
    }

    /**
     * Creates the error for an invalid field, status 400.
     *
     * @param field name of the field in the request's body; null: the body itself
     */
    static ApiError invalid(@Nullable String field, String message) {
        return new ApiError(BAD_REQUEST, "invalid_request_error", field, null, message);
    }

    static ApiError noSuchModel(String asked, String served) {
        return new ApiError(
                NOT_FOUND,
                "invalid_request_error",
                "model",
                "model_not_found",
                "there is no model '" + asked + "', this server's is '" + served + "'");
    }

    /** Returns OpenAI's form of an error of the HTTP server. */
    static ApiError ofServer(int status, String message) {
        String code =
                switch (status) {
                    case UNAUTHENTICATED -> "invalid_api_key";
                    case NOT_FOUND -> "unknown_url";
                    case TOO_LONG -> "context_length_exceeded";
                    default -> null;
                };
        return new ApiError(status, status < FAILED ? "invalid_request_error" : "server_error", null, code, message);
    }

    static ApiError tooLong(@Nullable String field, String message) {
        return new ApiError(TOO_LONG, "invalid_request_error", field, "context_length_exceeded", message);
    }

    static ApiError tooMany(int most) {
        return new ApiError(
                TOO_MANY,
                "rate_limit_error",
                null,
                "rate_limit_exceeded",
                "as many prompts are under way as this server takes on at once (" + most + "); try again later");
    }

    static ApiError failed(String message) {
        return new ApiError(FAILED, "server_error", null, null, message);
    }

    static ApiError unavailable(String message) {
        return new ApiError(UNAVAILABLE, "server_error", null, null, message);
    }

    @Override
    public int retryAfterSeconds() {
        return status() == TOO_MANY || status() == UNAVAILABLE ? 1 : 0;
    }

    @Override
    public JsonNode body() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.putObject("error")
                .put("message", getMessage())
                .put("type", type)
                .put("param", field)
                .put("code", code);
        return root;
    }
}
