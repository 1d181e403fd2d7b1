package dev.longstream.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One HTTP request, decoded.
 *
 * @param method GET, POST, PUT or DELETE
 * @param path the parts between slashes
 * @param query the parameters after the question mark
 * @param body what came as JSON; missing if nothing did
 */
record Request(String method, List<String> path, Map<String, String> query, JsonNode body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws RegistryError 400 if the body or the address cannot be decoded */
    static Request of(String method, URI uri, byte[] body) {
        try {
            List<String> path = Arrays.stream(uri.getRawPath().split("/", -1))
                    .filter(part -> !part.isEmpty())
                    .map(part -> decode(part.replace("+", "%2B"))) // a plus is a blank in the query only
                    .toList();
            JsonNode json = body.length == 0
                    ? MissingNode.getInstance()
                    : JSON.readTree(new String(body, StandardCharsets.UTF_8));
            return new Request(method, path, query(uri.getRawQuery()), json);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw RegistryError.malformedBody(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, String> query(@Nullable String raw) {
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

    /** Whether the parameter is {@code true}. */
    boolean flag(String name) {
        return "true".equalsIgnoreCase(query.get(name));
    }

    /** The text of a member the body must have. */
    String required(String member) {
        JsonNode value = body.path(member);
        if (!value.isTextual()) {
            throw RegistryError.malformedBody("'" + member + "' must be a string");
        }
        return value.asText();
    }

    /** The subject in the path, without the mark of the default context. */
    String subject(int position) {
        String name = path.get(position);
        String subject = name.startsWith(":.:") ? name.substring(3) : name;
        if (subject.startsWith(":.") || subject.startsWith(":*:")) {
            throw RegistryError.invalidSubject(
                    "Subject '" + name + "' is in a context; this registry has only the default one");
        }
        return subject;
    }
}
