package dev.longstream.http;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decoded HTTP request.
 *
 * @param method such as GET or POST
 * @param path segments between slashes: {@code /v1/models} is {@code [v1, models]}
 * @param query parameters by name; the value is empty without one
 * @param body JSON body; a missing node without one
 * @param client tells whether the client still waits for the answer
 */
public record IncomingRequest(
        String method, List<String> path, Map<String, String> query, JsonNode body, ClientPresence client) {

    /** Returns whether the query's parameter is {@code true}, in any case. */
    public boolean flag(String name) {
        return "true".equalsIgnoreCase(query.get(name));
    }

    /**
     * Returns the decoded segments of a URI's raw path.
     *
     * @throws IllegalArgumentException if a segment has an invalid escape
     */
    static List<String> path(@Nullable String raw) {
        return Arrays.stream((raw == null ? "" : raw).split("/", -1))
                .filter(part -> !part.isEmpty())
                .map(part -> decode(part.replace("+", "%2B"))) // a plus is a blank in the query only
                .toList();
    }

    /**
     * Returns the decoded parameters of a URI's raw query, by name.
     *
     * @throws IllegalArgumentException if a parameter has an invalid escape
     */
    static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&")) {
                int equals = pair.indexOf('=');
                query.put(
                        decode(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
