package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Fields of a request's body. A field with the value null counts as absent. */
final class RequestFields {
    private final ObjectNode body;

    private RequestFields(ObjectNode body) {
        this.body = body;
    }

    /**
     * Reads the fields of a request's body.
     *
     * @param catalogue fields of the endpoint that was asked
     * @throws ApiError with status 400 if the body is no JSON object or asks for something that is not supported
     */
    static RequestFields of(JsonNode root, FieldCatalogue catalogue) {
        if (!(root instanceof ObjectNode object)) {
            throw ApiError.invalid(null, "the body is no JSON object");
        }
        RequestFields fields = new RequestFields(object);
        catalogue.check(fields);
        return fields;
    }

    /**
     * Reads the fields of an object.
     *
     * @param obeyed names of the fields that may have any value
     * @param neutral names of fields that are accepted with the value in {@link FieldCatalogue} that changes nothing
     * @throws ApiError with status 400 if it is no JSON object or has any other field
     */
    static RequestFields of(JsonNode root, Set<String> obeyed, List<String> neutral) {
        if (!(root instanceof ObjectNode object)) {
            throw ApiError.invalid(null, "expected a JSON object with " + String.join(", ", new TreeSet<>(obeyed)));
        }
        RequestFields fields = new RequestFields(object);
        FieldCatalogue.check(fields, obeyed, neutral);
        return fields;
    }

    /** Returns the names of the fields that are there and not null, in the request's order. */
    List<String> names() {
        return body.properties().stream()
                .filter(entry -> !entry.getValue().isNull())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Returns a field; a missing node if it is absent or null. */
    JsonNode node(String key) {
        JsonNode node = body.path(key);
        return node.isNull() ? MissingNode.getInstance() : node;
    }

    boolean has(String key) {
        return !node(key).isMissingNode();
    }

    double number(String key, double otherwise, double least, double most) {
        JsonNode node = node(key);
        if (node.isMissingNode()) {
            return otherwise;
        }
        if (!node.isNumber() || node.doubleValue() < least || node.doubleValue() > most) {
            throw wrong(key, "expected a number from " + least + " to " + most);
        }
        return node.doubleValue();
    }

    int whole(String key, int otherwise, int least) {
        JsonNode node = node(key);
        if (node.isMissingNode()) {
            return otherwise;
        }
        if (!node.canConvertToExactIntegral() || !node.canConvertToInt() || node.intValue() < least) {
            throw wrong(key, "expected a whole number, at least " + least);
        }
        return node.intValue();
    }

    OptionalLong seed() {
        JsonNode node = node("seed");
        if (node.isMissingNode()) {
            return OptionalLong.empty();
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw wrong("seed", "expected a whole number of at most 64 bits");
        }
        return OptionalLong.of(node.longValue());
    }

    boolean flag(String key) {
        JsonNode node = node(key);
        if (!node.isMissingNode() && !node.isBoolean()) {
            throw wrong(key, "expected true or false");
        }
        return node.asBoolean(false);
    }

    /** Returns the tokens of a field that is a list of token ids. */
    Set<Integer> tokens(String key, int vocabulary) {
        JsonNode node = node(key);
        Set<Integer> tokens = new HashSet<>();
        if (!node.isMissingNode() && !node.isArray()) {
            throw wrong(key, "expected a list of token ids");
        }
        for (JsonNode one : node) {
            if (!isToken(one, vocabulary)) {
                throw wrong(key, "expected token ids, the vocabulary is 0 to " + (vocabulary - 1));
            }
            tokens.add(one.intValue());
        }
        return tokens;
    }

    /** Returns whether a value is a token id of a vocabulary. */
    static boolean isToken(JsonNode value, int vocabulary) {
        return value.isIntegralNumber()
                && value.canConvertToInt()
                && value.intValue() >= 0
                && value.intValue() < vocabulary;
    }

    /** Returns the texts of a field that is a text or a list of texts, without empty ones. */
    List<String> texts(String key) {
        JsonNode node = node(key);
        List<String> texts = new ArrayList<>();
        if (node.isTextual()) {
            texts.add(node.textValue());
        } else if (node.isArray()) {
            for (JsonNode one : node) {
                if (!one.isTextual()) {
                    throw wrong(key, "expected a text or a list of texts");
                }
                texts.add(one.textValue());
            }
        } else if (!node.isMissingNode()) {
            throw wrong(key, "expected a text or a list of texts");
        }
        texts.removeIf(String::isEmpty);
        return texts;
    }

    ApiError wrong(String key, String expected) {
        String found = node(key).toString();
        return ApiError.invalid(
                key, key + " is " + (found.length() <= 80 ? found : found.substring(0, 80) + "…") + ": " + expected);
    }
}
