package dev.longstream.policy.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.PolicyFolderException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The special tokens of {@code tokenizer_config.json}, and the chat templates of it or of {@code chat_template.jinja}.
 *
 * @param specialTokens text of each special token by its role, e.g. {@code eos_token}
 * @param chatTemplates Jinja source by name; a folder's only template is named {@code default}
 * @param addsBos whether a text begins with {@code bos_token}; null if the file leaves it to {@code tokenizer.json}
 */
record TokenizerConfig(
        Map<String, String> specialTokens, Map<String, String> chatTemplates, @Nullable Boolean addsBos) {
    private static final String TOKEN_SUFFIX = "_token";

    static TokenizerConfig read(Path folder) {
        Path file = folder.resolve(PolicyFolder.TOKENIZER_CONFIG);
        ObjectNode root = Files.exists(file) ? Json.readObject(file) : Json.MAPPER.createObjectNode();
        Map<String, String> specialTokens = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            JsonNode value = entry.getValue();
            String text = value.isObject() ? value.path("content").textValue() : value.textValue();
            if (entry.getKey().endsWith(TOKEN_SUFFIX) && text != null) {
                specialTokens.put(entry.getKey(), text);
            }
        }
        Map<String, String> chatTemplates = new LinkedHashMap<>();
        JsonNode stated = root.path("chat_template");
        if (stated.isTextual()) {
            chatTemplates.put(ChatTemplate.DEFAULT, stated.textValue());
        }
        for (JsonNode named : Json.elements(stated)) {
            chatTemplates.put(
                    named.path("name").asText(), named.path("template").asText());
        }
        Path ownFile = folder.resolve(PolicyFolder.CHAT_TEMPLATE); // newer than the key and takes precedence
        if (Files.exists(ownFile)) {
            try {
                chatTemplates.put(ChatTemplate.DEFAULT, Files.readString(ownFile));
            } catch (IOException e) {
                throw new PolicyFolderException(ownFile.toString(), "cannot be read: " + e, e);
            }
        }
        JsonNode addsBos = root.path("add_bos_token");
        return new TokenizerConfig(specialTokens, chatTemplates, addsBos.isBoolean() ? addsBos.booleanValue() : null);
    }
}
