package dev.longstream.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Cuts long texts and lists of a record, saying how long they are. */
final class Shortened {
    private static final int MOST_CHARACTERS = 400;
    private static final int MOST_ITEMS = 12;

    private Shortened() {}

    static JsonNode of(JsonNode node) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (node.isTextual() && node.asText().length() > MOST_CHARACTERS) {
            String text = node.asText();
            int half = MOST_CHARACTERS / 2;
            return nodes.textNode(text.substring(0, half) + " … (" + text.length() + " characters) … "
                    + text.substring(text.length() - half));
        }
        if (node instanceof ArrayNode list) {
            ArrayNode cut = nodes.arrayNode();
            for (int i = 0; i < Math.min(list.size(), MOST_ITEMS); i++) {
                cut.add(of(list.get(i)));
            }
            return list.size() > MOST_ITEMS ? cut.add("… " + list.size() + " in all") : cut;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode cut = nodes.objectNode();
            object.properties().forEach(entry -> cut.set(entry.getKey(), of(entry.getValue())));
            return cut;
        }
        return node;
    }
}
