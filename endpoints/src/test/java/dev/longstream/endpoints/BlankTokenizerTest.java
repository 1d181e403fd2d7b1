package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.NewPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static dev.longstream.endpoints.JsonClient.body;
import static dev.longstream.endpoints.JsonClient.config;
import static org.assertj.core.api.Assertions.assertThat;

/** Text completions of a policy whose tokenizer writes blanks as Llama 2's does: in front of a word, and removed at the start. */
@Timeout(60)
class BlankTokenizerTest {
    private static final int WORDS = 60;
    private static final String TEMPLATE =
            "{% for message in messages %}{{ bos_token }}{{ message.content }}{% endfor %}";

    @TempDir
    private Path model;

    private PolicyServer server;
    private JsonClient client;

    @BeforeEach
    void start() throws Exception {
        List<String> words = new ArrayList<>(List.of("<unk>", "<s>", "</s>", "<pad>"));
        IntStream.range(0, WORDS).mapToObj(BlankTokenizerTest::word).forEach(words::add);
        ModelConfig shape = ServedTestPolicy.shape(words.size(), 256);
        new NewPolicy(shape, words, words.subList(0, 4), "<unk>", "</s>", "<pad>", TEMPLATE, 0.4).write(model, 5);
        String vocabulary = IntStream.range(0, words.size())
                .mapToObj(i -> "\"" + words.get(i) + "\": " + i)
                .collect(Collectors.joining(", "));
        Files.writeString(
                model.resolve("tokenizer.json"),
                """
                {"version": "1.0", "truncation": null, "padding": null,
                 "added_tokens": [%s],
                 "normalizer": null,
                 "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first", "split": true},
                 "post_processor": {"type": "TemplateProcessing",
                   "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                   "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                   "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
                 "decoder": {"type": "Sequence", "decoders": [
                   {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "Fuse"},
                   {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
                 "model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {%s}}}"""
                        .formatted(
                                IntStream.range(0, 4)
                                        .mapToObj(i ->
                                                """
                                        {"id": %d, "content": "%s", "single_word": false, "lstrip": false,
                                         "rstrip": false, "normalized": false, "special": true}"""
                                                        .formatted(i, words.get(i)))
                                        .collect(Collectors.joining(", ")),
                                vocabulary));
        serve("");
    }

    private void serve(String settings) throws Exception {
        Files.writeString(
                model.resolve("tokenizer_config.json"),
                "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\", \"unk_token\": \"<unk>\", \"chat_template\": \""
                        + TEMPLATE + "\"" + settings + "}");
        server = PolicyServer.start(model, config(8, Duration.ofMinutes(1)), line -> {});
        client = new JsonClient(server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Words of letters alone, so that texts are compared as they are. */
    private static String word(int i) {
        return "\u2581" + (char) ('a' + i / 10) + (char) ('a' + i % 10);
    }

    @Test
    void shouldContinueATextWithTheBlankAndReadTheBeginningOfTheSequence() throws Exception {
        // When
        JsonNode reply = body(
                client.post(
                        "completions",
                        """
                        {"prompt": "ab cd", "max_tokens": 6, "temperature": 0, "logprobs": 0, "ignore_eos": true}"""),
                200);
        // Then
        String text = reply.at("/choices/0/text").asText();
        assertThat(text).startsWith(" ").doesNotStartWith("  ");
        List<String> tokens = new ArrayList<>();
        reply.at("/choices/0/logprobs/tokens").forEach(token -> tokens.add(token.asText()));
        assertThat(String.join("", tokens)).isEqualTo(text);
        assertThat(tokens).hasSize(6).allMatch(token -> token.startsWith(" "));
        assertThat(reply.at("/usage/prompt_tokens").asInt()).isEqualTo(3);
    }

    @Test
    void shouldStreamTheSameText() throws Exception {
        // Given
        String request =
                """
                {"prompt": "ab cd", "max_tokens": 20, "temperature": 0, "ignore_eos": true""";
        String whole = body(client.post("completions", request + "}"), 200)
                .at("/choices/0/text")
                .asText();
        // When
        StringBuilder streamed = new StringBuilder();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                client.stream("completions", request + ", \"stream\": true}").body(), StandardCharsets.UTF_8))) {
            for (String line :
                    lines.lines().filter(one -> one.startsWith("data: {")).toList()) {
                streamed.append(JsonClient.read(line.substring("data: ".length()))
                        .at("/choices/0/text")
                        .asText());
            }
        }
        // Then
        assertThat(streamed).hasToString(whole);
    }

    @Test
    void shouldGiveTheTextOfAChatAsARewardSeesIt() throws Exception {
        // When
        JsonNode reply = body(
                client.post(
                        "chat/completions",
                        """
                        {"messages": [{"role": "user", "content": "ab cd"}], "max_tokens": 6, "temperature": 0,
                         "logprobs": true, "ignore_eos": true}"""),
                200);
        // Then
        String text = reply.at("/choices/0/message/content").asText();
        StringBuilder tokens = new StringBuilder();
        reply.at("/choices/0/logprobs/content")
                .forEach(token -> tokens.append(token.path("token").asText()));
        assertThat(text).doesNotStartWith(" ").hasToString(tokens.toString());
        assertThat(reply.at("/usage/prompt_tokens").asInt()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            ,"add_bos_token":true  |                              | 3
            ,"add_bos_token":false |                              | 2
                                   | ,"add_special_tokens":false  | 2
            """)
    void shouldBeginASequenceAsTheFolderAndTheRequestSay(String settings, String field, int promptTokens)
            throws Exception {
        // Given
        server.close();
        serve(settings == null ? "" : settings);
        // When
        JsonNode reply = body(
                client.post(
                        "completions",
                        "{\"prompt\": \"ab cd\", \"max_tokens\": 1" + (field == null ? "" : field) + "}"),
                200);
        // Then
        assertThat(reply.at("/usage/prompt_tokens").asInt()).isEqualTo(promptTokens);
    }
}
