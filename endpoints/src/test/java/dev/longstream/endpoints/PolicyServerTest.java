package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.StopTokens;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import static dev.longstream.endpoints.JsonClient.LIMITS;
import static dev.longstream.endpoints.JsonClient.body;
import static dev.longstream.endpoints.JsonClient.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Requests of an OpenAI client to a tiny policy on a real port. */
@Timeout(60)
class PolicyServerTest {
    private static final Queue<String> SAID = new ConcurrentLinkedQueue<>();

    @TempDir
    private static Path model;

    private static PolicyServer server;
    private static JsonClient client;

    @BeforeAll
    static void start() {
        ServedTestPolicy.write(model);
        server = PolicyServer.start(model, config(64, Duration.ofMinutes(1)), SAID::add);
        client = new JsonClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void shouldSayWhatTheSamplerSaysWhenTheLikeliestTokenIsTaken() throws Exception {
        // Given
        Sample expected = sampledDirectly("<user> word1 word2 <end>", new SamplingParameters(0, 1, 0, 20), 0);
        // When
        HttpResponse<String> response = client.post(
                "chat/completions",
                """
                {"model": "tiny", "messages": [{"role": "user", "content": "word1 word2"}],
                 "temperature": 0, "max_tokens": 20, "logprobs": true}""");
        // Then
        JsonNode reply = body(response, 200);
        JsonNode choice = reply.path("choices").path(0);
        assertThat(choice.path("message").path("role").asText()).isEqualTo("assistant");
        assertThat(choice.path("message").path("content").asText()).isEqualTo(words(expected));
        assertThat(choice.path("finish_reason").asText()).isEqualTo(expected.truncated() ? "length" : "stop");
        JsonNode logProbs = choice.path("logprobs").path("content");
        assertThat(logProbs).hasSize(expected.tokens().length - (expected.truncated() ? 0 : 1));
        for (int i = 0; i < logProbs.size(); i++) {
            assertThat(logProbs.path(i).path("logprob").floatValue())
                    .isCloseTo(expected.policyLogProbs()[i], within(1e-6f));
        }
        assertThat(reply.path("object").asText()).isEqualTo("chat.completion");
        assertThat(reply.path("id").asText()).startsWith("chatcmpl-");
        assertThat(reply.path("usage").path("prompt_tokens").asInt()).isEqualTo(4);
        assertThat(reply.path("usage").path("completion_tokens").asInt()).isEqualTo(expected.tokens().length);
        assertThat(reply.path("usage").path("total_tokens").asInt()).isEqualTo(4 + expected.tokens().length);
    }

    @Test
    void shouldAnswerEachOfManyRequestsAsItWouldAlone() throws Exception {
        // Given
        // The requests differ in prompt, length and seed.
        List<String> bodies = IntStream.range(0, 24)
                .mapToObj(i ->
                        """
                        {"prompt": "word%d word%d", "max_tokens": %d, "temperature": 1, "seed": %d, "n": %d}"""
                                .formatted(i, i + 1, 5 + i, i, 1 + i % 3))
                .toList();
        List<JsonNode> alone = new ArrayList<>();
        for (String one : bodies) {
            alone.add(body(client.post("completions", one), 200).path("choices"));
        }
        // When
        List<CompletableFuture<HttpResponse<String>>> together =
                bodies.stream().map(one -> client.postAsync("completions", one)).toList();
        // Then
        for (int i = 0; i < bodies.size(); i++) {
            assertThat(body(together.get(i).get(), 200).path("choices")).isEqualTo(alone.get(i));
        }
    }

    @Test
    void shouldGiveTheSamplersOwnDrawsWhenThereIsASeed() throws Exception {
        // Given
        Sample expected = sampledDirectly("word7", new SamplingParameters(0.7, 0.9, 5, 12), 42);
        // When
        JsonNode reply = body(
                client.post(
                        "completions",
                        """
                        {"prompt": "word7", "temperature": 0.7, "top_p": 0.9, "top_k": 5, "max_tokens": 12, "seed": 42}"""),
                200);
        // Then
        assertThat(reply.path("choices").path(0).path("text").asText())
                .isEqualTo(" " + words(expected)); // the words of this tokenizer have blanks between them
    }

    @Test
    void shouldTakeTextsAndTokensAndGiveTheAnswersInTheirOrder() throws Exception {
        // When
        JsonNode mixed = body(
                client.post(
                        "completions",
                        """
                {"prompt": ["word1 word2", [5, 6]], "n": 2, "temperature": 0, "max_tokens": 6, "logprobs": 0}"""),
                200);
        JsonNode tokens = body(
                client.post(
                        "completions",
                        """
                {"prompt": [5, 6], "temperature": 0, "max_tokens": 6, "logprobs": 0}"""),
                200);
        // Then
        // Tokens 5 and 6 are word1 and word2.
        assertThat(mixed.path("object").asText()).isEqualTo("text_completion");
        assertThat(mixed.path("choices"))
                .extracting(choice -> choice.path("index").asInt())
                .containsExactly(0, 1, 2, 3);
        assertThat(mixed.path("choices"))
                .extracting(choice -> choice.path("text").asText())
                .containsOnly(tokens.path("choices").path(0).path("text").asText());
        JsonNode logProbs = mixed.path("choices").path(3).path("logprobs");
        assertThat(logProbs.path("tokens")).hasSameSizeAs(logProbs.path("token_logprobs"));
        assertThat(mixed.path("usage").path("prompt_tokens").asInt()).isEqualTo(4);
    }

    @Test
    void shouldEndAnAnswerBeforeAStopText() throws Exception {
        // Given
        String whole = body(
                        client.post(
                                "completions",
                                """
                        {"prompt": "word3", "temperature": 0, "max_tokens": 12}"""),
                        200)
                .path("choices")
                .path(0)
                .path("text")
                .asText();
        String[] words = whole.strip().split(" ");
        assertThat(words).hasSizeGreaterThan(3);
        String stop = words[2];
        String expected = whole.substring(0, whole.indexOf(stop));
        // When
        JsonNode choice = body(
                        client.post(
                                "completions",
                                """
                                {"prompt": "word3", "temperature": 0, "max_tokens": 12, "stop": ["nowhere", "%s"], "logprobs": 0}"""
                                        .formatted(stop)),
                        200)
                .path("choices")
                .path(0);
        // Then
        assertThat(choice.path("text").asText()).isEqualTo(expected);
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(choice.path("logprobs").path("tokens").size()).isLessThanOrEqualTo(2);
    }

    @Test
    void shouldSayWhatItServes() throws Exception {
        JsonNode models = body(client.get("models"), 200);
        assertThat(models.path("data").path(0).path("id").asText()).isEqualTo("tiny");
        assertThat(body(client.get("models/tiny"), 200).path("object").asText()).isEqualTo("model");
        HttpResponse<String> health = client.get("../health");
        assertThat(body(health, 200).path("status").asText()).isEqualTo("ok");
        assertThat(SAID).anyMatch(line -> line.contains("GET /health 200"));
    }

    @Test
    void shouldTakeTextPartsAndIgnoreWhatChangesNothing() throws Exception {
        JsonNode reply = body(
                client.post(
                        "chat/completions",
                        """
                        {"messages": [{"role": "user", "content": [{"type": "text", "text": "word1 "},
                         {"type": "text", "text": "word2"}]}], "temperature": 0, "max_completion_tokens": 3, "user": "me",
                         "stream": false, "presence_penalty": 0.0, "response_format": {"type": "text"}, "seed": null}"""),
                200);
        assertThat(reply.path("usage").path("prompt_tokens").asInt()).isEqualTo(4);
        assertThat(reply.path("usage").path("completion_tokens").asInt()).isBetween(1, 3);
    }

    private static Sample sampledDirectly(String prompt, SamplingParameters draw, long seed) {
        try (PolicyFolder folder = PolicyFolder.open(model);
                PolicyModel policy = PolicyModel.load(folder);
                Tokenizer tokenizer = folder.tokenizer();
                Sampler sampler = new Sampler(policy, 0, StopTokens.of(folder), LIMITS)) {
            sampler.submit(new SamplingRequest("direct", tokenizer.encode(prompt), 1, draw, seed));
            List<Sample> finished = List.of();
            while (finished.isEmpty()) {
                finished = sampler.decodeChunk();
            }
            return finished.get(0);
        }
    }

    private static String words(Sample sample) {
        try (PolicyFolder folder = PolicyFolder.open(model);
                Tokenizer tokenizer = folder.tokenizer()) {
            return tokenizer.decode(sample.tokens(), false);
        }
    }
}
