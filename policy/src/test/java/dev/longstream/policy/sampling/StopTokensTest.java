package dev.longstream.policy.sampling;

import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.TinyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.SafeTensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class StopTokensTest {
    private static final String TURNS =
            "{% for message in messages %}[start]{{ message.role }} {{ message.content }}%s{% endfor %}";

    @TempDir
    Path folder;

    @BeforeEach
    void writeFolder() throws IOException {
        TinyFolder.CONFIG.write(folder.resolve("config.json"));
        SafeTensors.write(
                folder.resolve("model.safetensors"), TinyFolder.tensors(TinyFolder.CONFIG.tensors()), DType.F32);
        Files.writeString(
                folder.resolve("tokenizer.json"),
                """
                {"version": "1.0", "truncation": null, "padding": null, "normalizer": null, "post_processor": null,
                 "decoder": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
                 "added_tokens": [
                   {"id": 0, "content": "[text-end]", "single_word": false, "lstrip": false, "rstrip": false,
                    "normalized": false, "special": true},
                   {"id": 1, "content": "[message-end]", "single_word": false, "lstrip": false, "rstrip": false,
                    "normalized": false, "special": true},
                   {"id": 2, "content": "[turn-end]", "single_word": false, "lstrip": false, "rstrip": false,
                    "normalized": false, "special": true},
                   {"id": 3, "content": "[start]", "single_word": false, "lstrip": false, "rstrip": false,
                    "normalized": false, "special": true}],
                 "model": {"type": "WordLevel", "unk_token": "?",
                   "vocab": {"[text-end]": 0, "[message-end]": 1, "[turn-end]": 2, "[start]": 3, "?": 4, "end": 5}}}""");
    }

    @ParameterizedTest(name = "eos {0}, template {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            two ids, as Qwen's folders     | [2, 0]    | [turn-end] | 2
            three ids, as Llama-3's        | [0, 1, 2] | [turn-end] | 2
            one id                         | 0         | [text-end] | 0
            template with another          | 0         | [turn-end] | 2
            template with plain text alone | [2, 0]    | end        | 2
            """)
    void shouldEndDemonstrationsAsTheTemplateEndsATurn(String kind, String ids, String end, int expected)
            throws IOException {
        // Given
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": " + ids + "}");
        Files.writeString(folder.resolve("chat_template.jinja"), TURNS.replace("%s", " " + end + " "));

        // Then
        try (PolicyFolder open = PolicyFolder.open(folder);
                Tokenizer tokenizer = open.tokenizer()) {
            assertThat(StopTokens.ofDemonstrations(open, tokenizer)).as(kind).hasValue(expected);
        }
    }

    @Test
    void shouldTakeTheFirstNamedIdWhereThereIsNoTemplate() throws IOException {
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [2, 0]}");

        try (PolicyFolder open = PolicyFolder.open(folder);
                Tokenizer tokenizer = open.tokenizer()) {
            assertThat(StopTokens.ofDemonstrations(open, tokenizer)).hasValue(2);
        }
    }

    @Test
    void shouldStopSamplingAtEveryEndThatTheFolderNames() throws IOException {
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": 0}");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"[message-end]\"}");
        Files.writeString(folder.resolve("chat_template.jinja"), TURNS.replace("%s", "[turn-end]"));

        try (PolicyFolder open = PolicyFolder.open(folder)) {
            assertThat(StopTokens.of(open)).containsExactly(0, 1, 2);
        }
    }
}
