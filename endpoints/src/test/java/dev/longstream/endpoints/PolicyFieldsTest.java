package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import static dev.longstream.endpoints.JsonClient.body;
import static dev.longstream.endpoints.JsonClient.config;
import static org.assertj.core.api.Assertions.assertThat;

/** Fields of requests that other servers of this interface have, too. */
@Timeout(60)
class PolicyFieldsTest {
    @TempDir
    private static Path model;

    private static PolicyServer server;
    private static JsonClient client;

    @BeforeAll
    static void start() {
        ServedTestPolicy.write(model);
        server = PolicyServer.start(model, config(64, Duration.ofMinutes(1)), line -> {});
        client = new JsonClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void shouldEndAnAnswerBeforeAStopToken(String stream) throws Exception {
        // Given
        String[] words = text("\"max_tokens\": 12").strip().split(" ");
        String stop = words[3];
        List<String> kept = Arrays.asList(words).subList(0, Arrays.asList(words).indexOf(stop));
        // When
        HttpResponse<String> response =
                post("\"max_tokens\": 12, \"stream\": %s, \"logprobs\": 0, \"stop_token_ids\": [%d]"
                        .formatted(stream, token(stop)));
        // Then
        assertThat(response.body()).contains("\"finish_reason\":\"stop\"").doesNotContain(stop + "\"");
        if (stream.equals("false")) {
            JsonNode choice = body(response, 200).at("/choices/0");
            assertThat(choice.path("text").asText().strip()).isEqualTo(String.join(" ", kept));
            assertThat(choice.at("/logprobs/tokens")).hasSameSizeAs(kept);
        }
    }

    @Test
    void shouldGoOnBehindTheEndWhenToldToIgnoreIt() throws Exception {
        // Given
        String[] words = text("\"max_tokens\": 12").strip().split(" "); // the third one is to end a text
        Path other = Files.createDirectories(model.resolveSibling(model.getFileName() + "-ends-early"));
        copy(model, other);
        Files.writeString(
                other.resolve("generation_config.json"), "{\"eos_token_id\": [1, %d]}".formatted(token(words[2])));
        try (PolicyServer ending = PolicyServer.start(other, config(64, Duration.ofMinutes(1)), line -> {})) {
            JsonClient asking = new JsonClient(ending);
            String request = "{\"prompt\": \"word3\", \"temperature\": 0, \"max_tokens\": 12%s}";
            // When
            JsonNode ended = body(asking.post("completions", request.formatted("")), 200);
            JsonNode ignored = body(asking.post("completions", request.formatted(", \"ignore_eos\": true")), 200);
            // Then
            assertThat(ended.at("/usage/completion_tokens").asInt()).isLessThanOrEqualTo(3);
            assertThat(ended.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
            assertThat(ignored.at("/usage/completion_tokens").asInt()).isEqualTo(12);
            assertThat(ignored.at("/choices/0/finish_reason").asText()).isEqualTo("length");
        }
    }

    @Test
    void shouldGiveTheChatTemplateItsVariables() throws Exception {
        // Given
        String chat = "{\"messages\": [{\"role\": \"user\", \"content\": \"word1\"}], \"max_tokens\": 1%s}";
        // When
        JsonNode without = body(client.post("chat/completions", chat.formatted("")), 200);
        JsonNode with = body(
                client.post(
                        "chat/completions", chat.formatted(", \"chat_template_kwargs\": {\"enable_thinking\": true}")),
                200);
        // Then
        assertThat(without.at("/usage/prompt_tokens").asInt()).isEqualTo(3);
        assertThat(with.at("/usage/prompt_tokens").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tool_choice\": \"none\", \"tools\": []",
                "\"min_tokens\": 0, \"repetition_penalty\": 1.0, \"use_beam_search\": false, \"bad_words\": []",
                "\"user\": \"me\", \"metadata\": {\"a\": \"b\"}, \"unheard_of\": null",
                "\"max_completion_tokens\": 3, \"max_tokens\": 3"
            })
    void shouldAcceptFieldsThatAskForNothing(String fields) throws Exception {
        assertThat(post(fields).statusCode()).isEqualTo(200);
    }

    private static String text(String fields) throws Exception {
        return body(post(fields), 200).at("/choices/0/text").asText();
    }

    private static HttpResponse<String> post(String fields) throws IOException, InterruptedException {
        return client.post("completions", "{\"prompt\": \"word3\", \"temperature\": 0, " + fields + "}");
    }

    private static int token(String word) {
        return ServedTestPolicy.SPECIAL.size() + Integer.parseInt(word.substring("word".length()));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
