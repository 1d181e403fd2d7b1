package dev.longstream.questions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.record.AnswerKind;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Reads key-value retrieval of "Lost in the Middle": the document is a JSON object of random keys and values, in the
 * given order.
 */
final class KeyValueFormat implements OneQuestionFormat {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ID_DIGITS = 16;

    @Override
    public String name() {
        return "kv-retrieval";
    }

    @Override
    public String layout() {
        return "{ordered_kv_records: [[key, value]], key, value}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "ordered_kv_records", "key", "value");
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        String key = Fields.text(record, "key");
        StringJoiner pairs = new StringJoiner(",\n ", "{", "}");
        int at = -1;
        int records = 0;
        for (JsonNode pair : record.path("ordered_kv_records")) {
            if (pair.size() != 2) {
                throw new RefusedException("a record is not [key, value]");
            }
            if (pair.path(0).asText().equals(key)) {
                at = records;
            }
            pairs.add(quoted(pair.path(0)) + ": " + quoted(pair.path(1)));
            records++;
        }
        if (at < 0) {
            throw new RefusedException("the key " + key + " is none of the keys of ordered_kv_records");
        }
        DocumentText document = new DocumentText("", pairs.toString());
        return new ImportedPrompt(
                name() + "-" + records + "-"
                        + Digests.of(List.of(key, document.digest())).substring(0, ID_DIGITS),
                name(),
                AnswerKind.SHORT_ANSWER,
                "Which value has the key \"" + key + "\" in the JSON object above?",
                List.of(Fields.text(record, "value")),
                Map.of(),
                List.of(document),
                Map.of("keys", String.valueOf(records), "gold-at", String.valueOf(at)),
                place.source());
    }

    private static String quoted(JsonNode text) throws RefusedException {
        try {
            return JSON.writeValueAsString(text.asText());
        } catch (JsonProcessingException e) {
            throw new RefusedException("a key or value cannot be written: " + e.getOriginalMessage());
        }
    }
}
