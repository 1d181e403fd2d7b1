package dev.longstream.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code _schemas} in Confluent's layout, with a JSON key and a JSON value.
 *
 * @param key key, whose {@code keytype} is SCHEMA (with subject and version), CONFIG or MODE (with subject, null for the
 *     global setting), DELETE_SUBJECT (soft-deletes the subject's versions up to the one in the value), or NOOP
 * @param value value, see the factory methods; null is a tombstone, which deletes the key
 */
record LogRecord(JsonNode key, @Nullable JsonNode value) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static LogRecord schema(StoredSchema schema) {
        ObjectNode value = JSON.createObjectNode()
                .put("subject", schema.subject())
                .put("version", schema.version())
                .put("id", schema.id())
                .put("schema", schema.schema())
                .put("deleted", schema.deleted());
        return new LogRecord(schemaKey(schema), value);
    }

    static LogRecord noSchema(StoredSchema schema) {
        return new LogRecord(schemaKey(schema), null);
    }

    static LogRecord subjectDeleted(String subject, int upToVersion) {
        ObjectNode value = JSON.createObjectNode().put("subject", subject).put("version", upToVersion);
        return new LogRecord(key("DELETE_SUBJECT", subject).put("magic", 0), value);
    }

    /**
     * Returns the record that sets a compatibility level.
     *
     * @param subject null for the global level, of subjects without one of their own; likewise in the methods below
     */
    static LogRecord config(@Nullable String subject, Compatibility level) {
        return new LogRecord(configKey(subject), JSON.createObjectNode().put("compatibilityLevel", level.name()));
    }

    static LogRecord noConfig(@Nullable String subject) {
        return new LogRecord(configKey(subject), null);
    }

    static LogRecord mode(@Nullable String subject, RegistryMode mode) {
        return new LogRecord(modeKey(subject), JSON.createObjectNode().put("mode", mode.name()));
    }

    static LogRecord noMode(@Nullable String subject) {
        return new LogRecord(modeKey(subject), null);
    }

    private static ObjectNode schemaKey(StoredSchema schema) {
        return key("SCHEMA", schema.subject()).put("version", schema.version()).put("magic", 1);
    }

    private static ObjectNode configKey(@Nullable String subject) {
        return key("CONFIG", subject).put("magic", 0);
    }

    private static ObjectNode modeKey(@Nullable String subject) {
        return key("MODE", subject).put("magic", 0);
    }

    // The order of the members is part of the layout: compaction compares bytes.
    private static ObjectNode key(String type, @Nullable String subject) {
        return JSON.createObjectNode().put("keytype", type).put("subject", subject);
    }
}
