package dev.longstream.runs.letters;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.failure.UnusableInputException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/** Reads a record from the JSON that {@code longstream inspect} and {@code longstream dead-letters show} print. */
final class RecordJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RecordJson() {}

    /**
     * Reads a record.
     *
     * @param source name of the text in messages
     * @throws UnusableInputException if the text is no JSON or no such record; names the field
     */
    static <V extends SpecificRecord> V read(String text, Class<V> type, String source) {
        Schema schema = SpecificData.get().getSchema(type);
        try {
            JsonNode plain = JSON.readTree(text);
            if (plain instanceof ObjectNode printed && printed.path("value").isObject() && !printed.has("question")) {
                plain = printed.path("value"); // a whole line of 'longstream inspect --json'
            }
            JsonNode avro = avro(plain, schema, type.getSimpleName());
            return new SpecificDatumReader<V>(schema, schema, SpecificData.getForClass(type))
                    .read(null, DecoderFactory.get().jsonDecoder(schema, avro.toString()));
        } catch (JsonProcessingException e) {
            throw new UnusableInputException(source + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException | AvroRuntimeException e) {
            throw new UnusableInputException(source + " is no " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /** Converts plain JSON to Avro's, in which a union's value names its type and a time is a number. */
    private static JsonNode avro(JsonNode value, Schema schema, String path) throws IOException {
        return switch (schema.getType()) {
            case UNION -> union(value, schema, path);
            case RECORD -> record(value, schema, path);
            case ARRAY -> {
                ArrayNode items = NODES.arrayNode();
                int index = 0;
                for (JsonNode item : value) {
                    items.add(avro(item, schema.getElementType(), path + "[" + index++ + "]"));
                }
                yield items;
            }
            case MAP -> {
                ObjectNode entries = NODES.objectNode();
                for (var entry : value.properties()) {
                    entries.set(entry.getKey(), avro(entry.getValue(), schema.getValueType(), path));
                }
                yield entries;
            }
            case LONG ->
                schema.getLogicalType() instanceof LogicalTypes.TimestampMillis && value.isTextual()
                        ? NODES.numberNode(time(value.asText(), path))
                        : value;
            default -> value;
        };
    }

    private static JsonNode union(JsonNode value, Schema schema, String path) throws IOException {
        if (value.isNull()) {
            return NullNode.instance;
        }
        for (Schema branch : schema.getTypes()) {
            if (branch.getType() != Schema.Type.NULL) {
                return NODES.objectNode().set(branch.getFullName(), avro(value, branch, path));
            }
        }
        throw new IOException(path + " must be null");
    }

    private static JsonNode record(JsonNode value, Schema schema, String path) throws IOException {
        if (!value.isObject()) {
            throw new IOException(path + " is " + value + ", expected an object");
        }
        ObjectNode fields = NODES.objectNode();
        for (Schema.Field field : schema.getFields()) {
            String at = path + "." + field.name();
            JsonNode given = value.get(field.name());
            boolean mayBeNull = field.schema().isNullable();
            if (given == null && !mayBeNull) {
                throw new IOException(at + " is missing");
            }
            fields.set(field.name(), avro(given == null ? NullNode.instance : given, field.schema(), at));
        }
        return fields;
    }

    private static long time(String text, String path) throws IOException {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException e) {
            throw new IOException(path + " is '" + text + "', expected a time such as 2026-01-31T12:00:00Z", e);
        }
    }
}
