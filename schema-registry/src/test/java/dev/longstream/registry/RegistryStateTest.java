package dev.longstream.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RegistryStateTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final RegistryState state = new RegistryState();

    @Test
    void shouldReadTheRecordsConfluentsRegistryWrites() throws Exception {
        // When
        apply("{\"keytype\":\"NOOP\",\"magic\":0}", null);
        apply("{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}", "{\"compatibilityLevel\":\"FULL\"}");
        apply("{\"keytype\":\"MODE\",\"subject\":\"s\",\"magic\":0}", "{\"mode\":\"READONLY\"}");
        apply(key("s", 1), value("s", 1, 5, "\\\"int\\\"", false));
        apply(key("s", 2), value("s", 2, 6, "\\\"long\\\"", false));
        apply("{\"keytype\":\"DELETE_SUBJECT\",\"subject\":\"s\",\"magic\":0}", "{\"subject\":\"s\",\"version\":1}");

        // Then
        assertThat(state.level()).isEqualTo(Compatibility.FULL);
        assertThat(state.ownLevel("s")).isEmpty();
        assertThat(state.ownMode("s")).contains(RegistryMode.READONLY);
        assertThat(state.live("s")).containsExactly(new StoredSchema("s", 2, 6, "\"long\"", false));
        assertThat(state.all("s")).hasSize(2);
        assertThat(state.highestId()).isEqualTo(6);
    }

    @Test
    void shouldForgetAVersionWhenItsKeyHasNoValue() throws Exception {
        // Given
        apply(key("s", 1), value("s", 1, 5, "\\\"int\\\"", true));

        // When
        apply(key("s", 1), null);

        // Then
        assertThat(state.subjects()).isEmpty();
        assertThat(state.withId(5)).isEmpty();
        assertThat(state.highestId()).as("never given to another schema").isEqualTo(5);
    }

    @Test
    void shouldReadWhatItWrites() {
        // Given
        StoredSchema schema = new StoredSchema("s", 3, 9, "\"int\"", false);

        // When
        state.apply(LogRecord.schema(schema));
        state.apply(LogRecord.config(null, Compatibility.NONE));
        state.apply(LogRecord.mode("s", RegistryMode.IMPORT));

        // Then
        assertThat(state.all("s")).containsExactly(schema);
        assertThat(state.level()).isEqualTo(Compatibility.NONE);
        assertThat(state.ownMode("s")).contains(RegistryMode.IMPORT);
        assertThat(LogRecord.schema(schema).key()).hasToString(key("s", 3));
        assertThat(LogRecord.config(null, Compatibility.NONE).key())
                .hasToString("{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}");
    }

    @Test
    void shouldRefuseWhatItCannotServe() {
        assertThatThrownBy(() -> apply(
                        key("s", 1),
                        "{\"subject\":\"s\",\"version\":1,\"id\":1,\"schemaType\":\"JSON\",\"schema\":\"{}\"}"))
                .hasMessageContaining("'s' is not a self-contained Avro schema");
        assertThatThrownBy(() -> apply("{\"keytype\":\"CONTEXT\"}", "{}")).hasMessageContaining("CONTEXT");
    }

    private void apply(String key, String value) throws Exception {
        JsonNode json = value == null ? null : JSON.readTree(value);
        state.apply(new LogRecord(JSON.readTree(key), json));
    }

    private static String key(String subject, int version) {
        return "{\"keytype\":\"SCHEMA\",\"subject\":\"" + subject + "\",\"version\":" + version + ",\"magic\":1}";
    }

    private static String value(String subject, int version, int id, String schema, boolean deleted) {
        return "{\"subject\":\"" + subject + "\",\"version\":" + version + ",\"id\":" + id + ",\"schema\":\"" + schema
                + "\",\"deleted\":" + deleted + "}";
    }
}
