package dev.longstream.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Parses the text of Avro schemas and decides when two texts are the same schema. */
final class SchemaText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SchemaText() {}

    /**
     * Parses an Avro schema.
     *
     * @throws RegistryError 42201 if the text is not an Avro schema
     */
    static Schema parse(String text) {
        try {
            return new Schema.Parser().parse(text);
        } catch (AvroRuntimeException e) {
            throw RegistryError.invalidSchema(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Returns the canonical text of a schema. Two texts have the same one if they differ only in white space, the order of
     * Avro's own attributes, or the qualification of names.
     */
    static String canonical(String text) {
        return parse(text).toString();
    }

    /** Returns the {@linkplain #canonical canonical} text with custom attributes in alphabetical order. */
    static String normalized(String text) {
        try {
            return parse(sorted(JSON.readTree(canonical(text))).toString()).toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Avro wrote a schema that is not JSON: " + text, e);
        }
    }

    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            List<String> names = new ArrayList<>();
            node.fieldNames().forEachRemaining(names::add);
            Collections.sort(names);
            ObjectNode ordered = JSON.createObjectNode();
            names.forEach(name -> ordered.set(name, sorted(node.get(name))));
            return ordered;
        }
        if (node.isArray()) {
            ArrayNode items = JSON.createArrayNode();
            node.forEach(item -> items.add(sorted(item)));
            return items;
        }
        return node;
    }
}
