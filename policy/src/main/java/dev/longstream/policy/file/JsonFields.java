package dev.longstream.policy.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Typed access to an object's keys; what is missing or of the wrong kind is noted, and 0 or false stands in until the notes are thrown. */
public final class JsonFields {
    private final ObjectNode object;
    private final String path;
    private final FolderProblems problems;

    public JsonFields(ObjectNode object, String path, FolderProblems problems) {
        this.object = object;
        this.path = path;
        this.problems = problems;
    }

    /** A key that is absent and one that is null are the same, as everywhere in these files. */
    public boolean has(String key) {
        return object.hasNonNull(key);
    }

    public JsonNode node(String key) {
        return has(key) ? object.get(key) : MissingNode.getInstance();
    }

    public int positiveInt(String key) {
        JsonNode node = node(key);
        if (node.isIntegralNumber() && node.canConvertToInt() && node.intValue() > 0) {
            return node.intValue();
        }
        wrong(key, node, "a positive integer");
        return 0;
    }

    public int positiveInt(String key, int otherwise) {
        return has(key) ? positiveInt(key) : otherwise;
    }

    public double positiveNumber(String key) {
        JsonNode node = node(key);
        if (node.isNumber() && node.doubleValue() > 0 && Double.isFinite(node.doubleValue())) {
            return node.doubleValue();
        }
        wrong(key, node, "a positive number");
        return 0;
    }

    public double positiveNumber(String key, double otherwise) {
        return has(key) ? positiveNumber(key) : otherwise;
    }

    public boolean flag(String key, boolean otherwise) {
        JsonNode node = node(key);
        if (node.isMissingNode()) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            wrong(key, node, "true or false");
        }
        return node.booleanValue();
    }

    public String text(String key) {
        JsonNode node = node(key);
        if (!node.isTextual()) {
            wrong(key, node, "a string");
        }
        return node.asText();
    }

    public void wrong(String key, JsonNode found, String expected) {
        problems.add(path + key + (found.isMissingNode() ? " is missing" : " is " + found) + ", expected " + expected);
    }
}
