package dev.longstream.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Shortens long texts and lists of a record for display, with a note of their full length. */
final class Shortened {
    private static final int MAX_CHARACTERS = 400;
    private static final int MAX_ITEMS = 12;

    private Shortened() {}

    /** Returns a copy of {@code node} in which texts and lists above the limits are shortened. */
    static JsonNode of(JsonNode node) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (node.isTextual() && node.asText().length() > MAX_CHARACTERS) {
            String text = node.asText();
            int half = MAX_CHARACTERS / 2;
            return nodes.textNode(text.substring(0, half) + " … (" + text.length() + " characters) … "
                    + text.substring(text.length() - half));
        }
        if (node instanceof ArrayNode list) {
            ArrayNode cut = nodes.arrayNode();
            for (int i = 0; i < Math.min(list.size(), MAX_ITEMS); i++) {
                cut.add(of(list.get(i)));
            }
            return list.size() > MAX_ITEMS ? cut.add("… " + list.size() + " in all") : cut;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode cut = nodes.objectNode();
            object.properties().forEach(entry -> cut.set(entry.getKey(), of(entry.getValue())));
            return cut;
        }
        return node;
    }
}
