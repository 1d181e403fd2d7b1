package dev.longstream.policy.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Reads typed values of an object's keys. A value that is missing or of the wrong type is added to the problems, and
 * the method returns 0, false or an empty text; the caller throws the problems at the end.
 */
public final class JsonFields {
    private final ObjectNode object;
    private final String path;
    private final FolderProblems problems;

    /**
     * Creates a reader of one object.
     *
     * @param path file and path of the object, a prefix of its keys in messages
     * @param problems receives what is wrong
     */
    public JsonFields(ObjectNode object, String path, FolderProblems problems) {
        this.object = object;
        this.path = path;
        this.problems = problems;
    }

    /** Tells whether a key has a value; null counts as absent, because the files make no difference between the two. */
    public boolean has(String key) {
        return object.hasNonNull(key);
    }

    /** Returns a key's value; a missing node if it is absent or null. */
    public JsonNode node(String key) {
        return has(key) ? object.get(key) : MissingNode.getInstance();
    }

    /** Returns a required positive integer. */
    public int positiveInt(String key) {
        JsonNode node = node(key);
        if (node.isIntegralNumber() && node.canConvertToInt() && node.intValue() > 0) {
            return node.intValue();
        }
        wrong(key, node, "a positive integer");
        return 0;
    }

    /** Returns a positive integer, or {@code otherwise} if the key is absent. */
    public int positiveInt(String key, int otherwise) {
        return has(key) ? positiveInt(key) : otherwise;
    }

    /** Returns a required positive number. */
    public double positiveNumber(String key) {
        JsonNode node = node(key);
        if (node.isNumber() && node.doubleValue() > 0 && Double.isFinite(node.doubleValue())) {
            return node.doubleValue();
        }
        wrong(key, node, "a positive number");
        return 0;
    }

    /** Returns a positive number, or {@code otherwise} if the key is absent. */
    public double positiveNumber(String key, double otherwise) {
        return has(key) ? positiveNumber(key) : otherwise;
    }

    /** Returns a boolean, or {@code otherwise} if the key is absent. */
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

    /** Returns a required string. */
    public String text(String key) {
        JsonNode node = node(key);
        if (!node.isTextual()) {
            wrong(key, node, "a string");
        }
        return node.asText();
    }

    /** Adds the problem that a key is missing or has a wrong value. */
    public void wrong(String key, JsonNode found, String expected) {
        problems.add(path + key + (found.isMissingNode() ? " is missing" : " is " + found) + ", expected " + expected);
    }
}
