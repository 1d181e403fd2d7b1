package dev.longstream.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.longstream.http.HttpError;

/** Error of a request, {@code {"error": "…"}}. */
final class DashboardError extends HttpError {
    private static final long serialVersionUID = 1L;

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    DashboardError(int status, String message) {
        super(status, message);
    }

    static DashboardError badRequest(String message) {
        return new DashboardError(BAD_REQUEST, message);
    }

    static DashboardError notFound(String message) {
        return new DashboardError(NOT_FOUND, message);
    }

    static DashboardError unavailable(String message) {
        return new DashboardError(UNAVAILABLE, message);
    }

    @Override
    public JsonNode body() {
        return JsonNodeFactory.instance.objectNode().put("error", getMessage());
    }
}
