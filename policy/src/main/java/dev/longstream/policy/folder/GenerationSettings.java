package dev.longstream.policy.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.file.FolderProblems;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.JsonFields;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A folder's settings for sampling and its special tokens. A setting that the folder lacks gets a value that restricts
 * nothing.
 *
 * @param endOfSequenceIds tokens that end an answer, in the folder's order; empty if the folder names none
 * @param tokenizerEndOfSequence token that the tokenizer's configuration names, which may be another one
 * @param beginOfSequence  token that starts a sequence
 * @param padding          token that fills up a batch
 * @param temperature      1 leaves the distribution as it is, 0 takes the most likely token
 * @param topP             1 keeps every token
 * @param topK             0 keeps every token
 */
public record GenerationSettings(
        List<Integer> endOfSequenceIds,
        OptionalInt tokenizerEndOfSequence,
        OptionalInt beginOfSequence,
        OptionalInt padding,
        double temperature,
        double topP,
        int topK) {

    /**
     * Reads {@code generation_config.json}. Special tokens that it lacks are read from {@code config.json}, or else
     * from {@code tokenizer_config.json} by their text.
     */
    static GenerationSettings read(Path folder) {
        ObjectNode generation = readIfThere(folder.resolve(PolicyFolder.GENERATION_CONFIG));
        ObjectNode config = readIfThere(folder.resolve(PolicyFolder.CONFIG));
        FolderProblems problems = new FolderProblems(folder.resolve(PolicyFolder.GENERATION_CONFIG));
        JsonFields fields = new JsonFields(generation, "", problems);
        double temperature = atLeastZero("temperature", fields);
        double topP = fields.positiveNumber("top_p", 1);
        if (topP > 1) {
            fields.wrong("top_p", fields.node("top_p"), "at most 1");
        }
        JsonNode topK = fields.node("top_k");
        if (!topK.isMissingNode() && !(topK.isIntegralNumber() && topK.intValue() >= -1)) {
            fields.wrong("top_k", topK, "a positive integer, or 0 or -1 for no limit");
        }
        GenerationSettings settings = new GenerationSettings(
                ids(folder, generation, config, "eos", problems).stream()
                        .distinct()
                        .toList(),
                first(byText(folder, "eos_token")),
                first(ids(folder, generation, config, "bos", problems)),
                first(ids(folder, generation, config, "pad", problems)),
                temperature,
                topP,
                Math.max(0, topK.intValue()));
        problems.throwIfAny();
        return settings;
    }

    private static double atLeastZero(String key, JsonFields fields) {
        JsonNode value = fields.node(key);
        if (value.isMissingNode()) {
            return 1;
        }
        if (!value.isNumber() || value.doubleValue() < 0) {
            fields.wrong(key, value, "a number of at least 0");
            return 1;
        }
        return value.doubleValue();
    }

    private static ObjectNode readIfThere(Path file) {
        return Files.exists(file) ? Json.readObject(file) : Json.MAPPER.createObjectNode();
    }

    private static List<Integer> ids(
            Path folder, ObjectNode generation, ObjectNode config, String role, FolderProblems problems) {
        String key = role + "_token_id";
        for (Map.Entry<String, ObjectNode> file : List.of(
                Map.entry(PolicyFolder.GENERATION_CONFIG, generation), Map.entry(PolicyFolder.CONFIG, config))) {
            if (!file.getValue().hasNonNull(key)) {
                continue;
            }
            JsonNode stated = file.getValue().get(key);
            List<JsonNode> ids = stated.isArray() ? Json.elements(stated) : List.of(stated);
            if (!ids.stream().allMatch(id -> id.isIntegralNumber() && id.intValue() >= 0)) {
                problems.add(file.getKey() + ": " + key + " is " + stated + ", expected a token id or a list of them");
                return List.of();
            }
            return ids.stream().map(JsonNode::intValue).toList();
        }
        return byText(folder, role + "_token");
    }

    private static List<Integer> byText(Path folder, String key) {
        Path tokenizerJson = folder.resolve(PolicyFolder.TOKENIZER);
        String text = TokenizerConfig.read(folder).specialTokens().get(key);
        if (text == null || !Files.exists(tokenizerJson)) {
            return List.of();
        }
        for (JsonNode added : Json.elements(Json.readObject(tokenizerJson).path("added_tokens"))) {
            if (added.path("content").asText().equals(text)) {
                return List.of(added.path("id").intValue());
            }
        }
        JsonNode id = Json.readObject(tokenizerJson).path("model").path("vocab").path(text);
        return id instanceof MissingNode ? List.of() : List.of(id.intValue());
    }

    private static OptionalInt first(List<Integer> ids) {
        return ids.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ids.get(0));
    }
}
