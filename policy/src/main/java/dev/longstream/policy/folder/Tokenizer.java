package dev.longstream.policy.folder;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.PolicyFolderException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Converts text to token ids and back with a {@code tokenizer.json}. The text of a special token becomes that token; no
 * special token is added unless asked for. Thread-safe until it is closed.
 */
public final class Tokenizer implements AutoCloseable {
    private static final String BOS = "bos_token";

    private final Path file;
    private final HuggingFaceTokenizer tokenizer;
    private final Map<String, Integer> ids;
    private final Set<Integer> specials;
    private final int vocabularySize;
    private final @Nullable Integer bos;
    private final @Nullable Boolean addsBos;

    private Tokenizer(
            Path file,
            HuggingFaceTokenizer tokenizer,
            Map<String, Integer> ids,
            Set<Integer> specials,
            TokenizerConfig config) {
        this.file = file;
        this.tokenizer = tokenizer;
        this.ids = ids;
        this.specials = specials;
        this.vocabularySize =
                1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        this.bos = ids.get(config.specialTokens().getOrDefault(BOS, ""));
        this.addsBos = config.addsBos();
    }

    /**
     * Reads a {@code tokenizer.json}, and {@code tokenizer_config.json} beside it.
     *
     * @throws PolicyFolderException if it is missing, is not JSON, or contains an unsupported tokenizer
     */
    public static Tokenizer open(Path tokenizerJson) {
        if (!Files.exists(tokenizerJson)) {
            throw new PolicyFolderException(
                    tokenizerJson.toString(), "no such file: a policy needs a tokenizer in this format", null);
        }
        ObjectNode root = Json.readObject(tokenizerJson);
        Map<String, Integer> ids = ids(tokenizerJson, root);
        TokenizerConfig config =
                TokenizerConfig.read(tokenizerJson.toAbsolutePath().resolveSibling(""));
        // No truncation: callers check lengths against the model's maximum.
        Map<String, String> options = Map.of(
                "addSpecialTokens", "false",
                "truncation", "false",
                "padding", "false",
                "modelMaxLength", Integer.toString(Integer.MAX_VALUE));
        try {
            return new Tokenizer(
                    tokenizerJson,
                    HuggingFaceTokenizer.newInstance(tokenizerJson, options),
                    ids,
                    specials(root),
                    config);
        } catch (IOException | RuntimeException e) {
            throw new PolicyFolderException(
                    tokenizerJson.toString(), "contains no tokenizer that can be used: " + e, e);
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

    private static Set<Integer> specials(ObjectNode root) {
        Set<Integer> specials = new HashSet<>();
        for (JsonNode added : root.path("added_tokens")) {
            if (added.path("special").asBoolean()) {
                specials.add(added.path("id").intValue());
            }
        }
        return specials;
    }

    /** Returns the token ids of a text. Special tokens in the text are recognised; none is added. */
    public int[] encode(String text) {
        return ids(text, false);
    }

    /**
     * Returns the token ids of a text with the special tokens that the tokenizer puts around a text, e.g. the beginning
     * of the sequence. If {@code tokenizer_config.json} has {@code add_bos_token}, that key decides about the beginning.
     */
    public int[] encodeWithSpecials(String text) {
        int[] encoded = ids(text, true);
        if (addsBos == null || bos == null) {
            return encoded;
        }
        boolean begins = encoded.length > 0 && encoded[0] == bos;
        if (addsBos && !begins) {
            return IntStream.concat(IntStream.of(bos), IntStream.of(encoded)).toArray();
        }
        boolean added = begins && encoded.length > ids(text, false).length;
        return !addsBos && added ? Arrays.copyOfRange(encoded, 1, encoded.length) : encoded;
    }

    private int[] ids(String text, boolean withSpecials) {
        long[] encoded = tokenizer.encode(text, withSpecials, false).getIds();
        int[] ids = new int[encoded.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Math.toIntExact(encoded[i]);
        }
        return ids;
    }

    /**
     * Returns the text of token ids.
     *
     * @param keepSpecials whether the text contains special tokens
     */
    public String decode(int[] ids, boolean keepSpecials) {
        long[] encoded = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            encoded[i] = ids[i];
        }
        return tokenizer.decode(encoded, !keepSpecials);
    }

    /** Returns the id of a token in the vocabulary's spelling; empty if there is none. */
    public OptionalInt find(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Returns whether a token is marked as special in the file. */
    public boolean isSpecial(int id) {
        return specials.contains(id);
    }

    /**
     * Returns the id of a token in the vocabulary's spelling.
     *
     * @throws PolicyFolderException if there is none
     */
    public int id(String token) {
        return find(token)
                .orElseThrow(() -> new PolicyFolderException(
                        file.toString(), "has no token \"" + token + "\" among its " + ids.size(), null));
    }

    /** Returns the largest id plus 1, added tokens included. A model's embedding may have more rows. */
    public int vocabularySize() {
        return vocabularySize;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
