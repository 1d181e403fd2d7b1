package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.NewPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import static dev.longstream.endpoints.JsonClient.body;
import static dev.longstream.endpoints.JsonClient.config;
import static org.assertj.core.api.Assertions.assertThat;

/** A served policy whose client pauses it and gives it other weights. */
@Timeout(60)
class WeightRoutesTest {
    private static final String LONG =
            """
            {"model": "tiny", "token_ids": [2, 5, 6],
             "sampling_params": {"max_tokens": 2000, "temperature": 1.0, "seed": 1, "logprobs": 0, "ignore_eos": true}}""";
    private static final String SHORT =
            """
            {"token_ids": [2, 5, 6], "sampling_params": {"max_tokens": 3, "seed": 1, "logprobs": 0, "prompt_logprobs": 0,
             "ignore_eos": true, "stop_token_ids": []}}""";

    @TempDir
    private Path folder;

    private PolicyServer server;
    private JsonClient client;

    @BeforeEach
    void start() {
        ServedTestPolicy.write(folder.resolve("first"));
        server = PolicyServer.start(
                folder.resolve("first"), config(64, Duration.ofMinutes(1)).acceptingWeights(), line -> {});
        client = new JsonClient(server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldGiveTokenIdsWithTheLogProbabilitiesOfTheSampledDistribution() throws Exception {
        JsonNode reply = body(generate(SHORT), 200);

        JsonNode choice = reply.path("choices").path(0);
        assertThat(choice.path("token_ids")).hasSize(3);
        assertThat(choice.path("finish_reason").asText()).isEqualTo("length");
        assertThat(choice.at("/logprobs/content")).hasSize(3).allSatisfy(token -> assertThat(
                        token.path("logprob").asDouble())
                .isNegative());
        assertThat(choice.path("weight_versions")).hasToString("[{\"version\":\"default\",\"start\":0,\"end\":3}]");
        assertThat(reply.at("/prompt_logprobs/0").isNull()).isTrue();
        assertThat(reply.at("/prompt_logprobs/1/5/logprob").asDouble()).isNegative();
        String onlyOne = SHORT.replace("\"seed\": 1", "\"temperature\": 2, \"top_k\": 1");
        assertThat(body(generate(onlyOne), 200)
                        .at("/choices/0/logprobs/content/0/logprob")
                        .asDouble())
                .isZero();
    }

    @Test
    void shouldAnswerNothingWhileItIsPaused() throws Exception {
        // Given
        body(post("pause?mode=keep", "{}"), 200);
        // When
        CompletableFuture<HttpResponse<String>> waiting = client.postAsync("../inference/v1/generate", SHORT);
        body(post("update_weight_version", "{\"new_version\": \"later\"}"), 200);
        assertThat(body(client.get("../is_paused"), 200).path("is_paused").asBoolean())
                .isTrue();
        assertThat(waiting).isNotDone();
        body(post("resume", "{}"), 200);

        // Then
        assertThat(body(waiting.get(), 200)
                        .at("/choices/0/weight_versions/0/version")
                        .asText())
                .isEqualTo("later");
    }

    @Test
    void shouldEndAnswersUnderWayWhenTheyAreAborted() throws Exception {
        // Given
        CompletableFuture<HttpResponse<String>> answer = client.postAsync("../inference/v1/generate", LONG);
        body(generate(SHORT), 200);
        // When
        body(post("pause?mode=abort", "{}"), 200);

        // Then
        assertThat(body(answer.get(), 200).at("/choices/0/finish_reason").asText())
                .isEqualTo("abort");
        body(post("resume", "{}"), 200);
        body(generate(SHORT), 200);
    }

    @Test
    void shouldAnswerWithOtherWeightsAfterALoad() throws Exception {
        // Given
        JsonNode before = body(generate(SHORT), 200).path("prompt_logprobs");
        write("second", 32, 5);
        // When
        body(post("pause?mode=keep", "{}"), 200);
        body(load("second"), 200);
        body(post("resume", "{}"), 200);

        // Then
        assertThat(body(generate(SHORT), 200).path("prompt_logprobs")).isNotEqualTo(before);
        body(post("pause?mode=keep", "{}"), 200);
        body(load("first"), 200);
        body(post("resume", "{}"), 200);
        assertThat(body(generate(SHORT), 200).path("prompt_logprobs")).isEqualTo(before);
    }

    @Test
    void shouldRefuseOtherShapesAndKeepItsWeights() throws Exception {
        // Given
        JsonNode before = body(generate(SHORT), 200).path("prompt_logprobs");
        write("wide", 64, 5);
        // When
        body(post("pause?mode=keep", "{}"), 200);

        // Then
        assertThat(body(load("wide"), 500).at("/error/message").asText()).contains("expected");
        assertThat(body(load("nowhere"), 500).at("/error/message").asText()).contains("no such folder");
        body(post("resume", "{}"), 200);
        assertThat(body(generate(SHORT), 200).path("prompt_logprobs")).isEqualTo(before);
    }

    @Test
    void shouldRefuseWhatItDoesNotObey() throws Exception {
        assertThat(body(load("first"), 400).at("/error/message").asText()).contains("POST /pause first");
        assertThat(body(generate(SHORT.replace("\"seed\": 1", "\"guided\": 1")), 400)
                        .at("/error/message")
                        .asText())
                .contains("guided");
        assertThat(body(generate(SHORT.replace("\"stop_token_ids\": []", "\"stop_token_ids\": [9]")), 400)
                        .at("/error/message")
                        .asText())
                .contains("stop_token_ids", "expected [1]");
    }

    @Test
    void shouldHaveNoRoutesForWeightsUnlessItIsTold() throws Exception {
        try (PolicyServer closed =
                PolicyServer.start(folder.resolve("first"), config(4, Duration.ofMinutes(1)), line -> {})) {
            assertThat(new JsonClient(closed).post("../pause", "{}").statusCode())
                    .isEqualTo(404);
        }
    }

    private HttpResponse<String> generate(String body) throws Exception {
        return client.post("../inference/v1/generate", body);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.post("../" + path, body);
    }

    private HttpResponse<String> load(String name) throws Exception {
        return post(
                "collective_rpc",
                "{\"method\": \"reload_weights\", \"kwargs\": {\"weights_path\": \"" + folder.resolve(name) + "\"}}");
    }

    private void write(String name, int hidden, long seed) throws Exception {
        Path target = Files.createDirectories(folder.resolve(name));
        ModelConfig first = ModelConfig.in(folder.resolve("first"));
        ModelConfig shape = hidden == first.hiddenSize()
                ? first
                : ModelConfig.llama(first.vocabularySize(), hidden, 2, 2, 2, 16, 64, ServedTestPolicy.POSITIONS);
        List<String> words = IntStream.range(0, first.vocabularySize())
                .mapToObj(i -> i < ServedTestPolicy.SPECIAL.size() ? ServedTestPolicy.SPECIAL.get(i) : "other" + i)
                .toList();
        new NewPolicy(shape, words, ServedTestPolicy.SPECIAL, "<unk>", "<end>", "<pad>", "<end>", 0.4)
                .write(target, seed);
    }
}
