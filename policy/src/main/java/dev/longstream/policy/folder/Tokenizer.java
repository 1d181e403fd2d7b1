package dev.longstream.policy.folder;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.PolicyFolderException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Text to token ids and back, by {@code tokenizer.json}. What a special token looks like in a text becomes that token; none is added by
 * itself. May be used from several threads until it is closed.
 */
public final class Tokenizer implements AutoCloseable {
    private final Path file;
    private final HuggingFaceTokenizer tokenizer;
    private final Map<String, Integer> ids;
    private final int vocabularySize;

    private Tokenizer(Path file, HuggingFaceTokenizer tokenizer, Map<String, Integer> ids) {
        this.file = file;
        this.tokenizer = tokenizer;
        this.ids = ids;
        this.vocabularySize =
                1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    }

    /**
     * Reads a {@code tokenizer.json}.
     *
     * @throws PolicyFolderException when it is missing, no JSON, or holds a tokenizer that is not understood
     */
    public static Tokenizer open(Path tokenizerJson) {
        if (!Files.exists(tokenizerJson)) {
            throw new PolicyFolderException(
                    tokenizerJson.toString(), "no such file: a policy needs a tokenizer in this format", null);
        }
        ObjectNode root = Json.readObject(tokenizerJson);
        Map<String, Integer> ids = ids(tokenizerJson, root);
        // A text is never cut, and the model's own length is nobody's business here.
        Map<String, String> options = Map.of(
                "addSpecialTokens", "false",
                "truncation", "false",
                "padding", "false",
                "modelMaxLength", Integer.toString(Integer.MAX_VALUE));
        try {
            return new Tokenizer(tokenizerJson, HuggingFaceTokenizer.newInstance(tokenizerJson, options), ids);
        } catch (IOException | RuntimeException e) {
            throw new PolicyFolderException(tokenizerJson.toString(), "holds no tokenizer that can be used: " + e, e);
        }
    }

    private static Map<String, Integer> ids(Path file, ObjectNode root) {
        Map<String, Integer> ids = new HashMap<>();
        JsonNode vocabulary = root.path("model").path("vocab");
        if (vocabulary.isObject()) {
            vocabulary
                    .properties()
                    .forEach(entry -> ids.put(entry.getKey(), entry.getValue().intValue()));
        } else if (vocabulary.isArray()) { // a unigram model: pairs of token and score, the id is the position
            for (int id = 0; id < vocabulary.size(); id++) {
                ids.put(vocabulary.get(id).path(0).asText(), id);
            }
        } else {
            throw new PolicyFolderException(
                    file.toString(), "model.vocab is " + vocabulary.getNodeType() + ", expected a vocabulary", null);
        }
        for (JsonNode added : root.path("added_tokens")) {
            ids.put(added.path("content").asText(), added.path("id").intValue());
        }
        return ids;
    }

    /** Token ids of a text; special tokens are recognised in it, none is added. */
    public int[] encode(String text) {
        long[] encoded = tokenizer.encode(text, false, false).getIds();
        int[] ids = new int[encoded.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Math.toIntExact(encoded[i]);
        }
        return ids;
    }

    /**
     * The text of token ids.
     *
     * @param keepSpecials write special tokens out; otherwise they are left out
     */
    public String decode(int[] ids, boolean keepSpecials) {
        long[] encoded = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            encoded[i] = ids[i];
        }
        return tokenizer.decode(encoded, !keepSpecials);
    }

    /** The id of one token, spelled as the vocabulary spells it; empty when there is none. */
    public OptionalInt find(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * The id of one token, spelled as the vocabulary spells it.
     *
     * @throws PolicyFolderException when there is none
     */
    public int id(String token) {
        return find(token)
                .orElseThrow(() -> new PolicyFolderException(
                        file.toString(), "has no token \"" + token + "\" among its " + ids.size(), null));
    }

    /** One more than the largest id, added tokens included. A model's embedding may have more rows. */
    public int vocabularySize() {
        return vocabularySize;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
